import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../system/paths.js';

/** The version that package.json states. */
export function version(): string {
  const text = readFileSync(join(projectRoot(), 'package.json'), 'utf8');
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}
