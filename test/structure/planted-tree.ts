import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../ts/system/paths.js';

/** A throw-away project with our rules and packages but only the given sources. */
export function plantTree(sources: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'swictation-tree-'));
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
    cpSync(join(projectRoot(), name), join(root, name));
  }
  symlinkSync(join(projectRoot(), 'node_modules'), join(root, 'node_modules'));
  for (const [path, content] of Object.entries(sources)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
