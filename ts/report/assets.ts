import { readFileSync } from 'node:fs';
import { Problem } from '../domain/problem.js';
import type { PageAssets } from './page-html.js';

/** Reads what `npm run build` made for the page. Throws a Problem where the installation lacks it. */
export function readPageAssets(): PageAssets {
  return { script: readBuilt('page.js'), style: readBuilt('page.css') };
}

/** Beside this file, and one up from the joined program: the same place for both. */
function readBuilt(name: string): string {
  try {
    return readFileSync(new URL(`../report/${name}`, import.meta.url), 'utf8');
  } catch (cause) {
    const message = `the page's ${name} is missing: install Swictation again, or type npm run build in its checkout`;
    throw new Problem('report_assets_missing', message, { cause });
  }
}
