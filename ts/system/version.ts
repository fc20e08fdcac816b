import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './paths.js';

/** `0.1.0 (1a2b3c4d)`: what package.json states and the commit that was built; + behind it: with changes since. */
export function version(): string {
  const root = projectRoot();
  const stated = /"version":\s*"([^"]+)"/.exec(readText(join(root, 'package.json')))?.[1];
  const commit = readText(join(root, 'dist', 'commit')).trim();
  return `${stated ?? 'unknown'}${commit === '' ? '' : ` (${commit})`}`;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
