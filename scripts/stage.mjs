// Lays out what is installed on people's machines: `node scripts/stage.mjs FOLDER`. Programs, the worker, the lock of
// the Python packages, unit, manual; no sources, no tests. The Node packages come along as npm-shrinkwrap.json, so that
// an installation has the versions that were tested.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const FILES = [
  'dist/bin/swictation.js',
  'dist/bin/swictationd.js',
  // What runs before a program is read, and the programs.
  'dist/system/no-debugger.js',
  'dist/cli/main.js',
  'dist/daemon/main.js',
  'dist/report/page.js',
  'dist/report/page.css',
  'dist/commit',
  'py-worker/swictation_worker',
  'locks',
  'scripts/swictation.service.in',
  'scripts/org.swictation.Swictation.desktop.in',
  'scripts/install-places.sh',
  'scripts/put-in-place.sh',
  'scripts/uninstall.sh',
  'docs/swictation.1',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];
const KEPT = [
  'name',
  'version',
  'description',
  'license',
  'type',
  'engines',
  'bin',
  'dependencies',
  'overrides',
];

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node scripts/stage.mjs FOLDER');
  process.exit(2);
}
stage(resolve(folder));

function stage(target) {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const file of FILES) {
    const filter = (path) => !/__pycache__|\.pyc$|locks\/(serve|serve-test|test)\.txt$/.test(path);
    cpSync(join(root, file), join(target, file), { recursive: true, filter });
  }
  const source = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const kept = Object.fromEntries(KEPT.map((key) => [key, source[key]]));
  const manifest = {
    ...kept,
    man: ['docs/swictation.1'],
    files: [...FILES, 'npm-shrinkwrap.json'],
  };
  writeJson(join(target, 'package.json'), manifest);
  writeJson(join(target, 'npm-shrinkwrap.json'), shrinkwrap(manifest));
}

/** package-lock.json without what only checks and tests need. */
function shrinkwrap({ name, version, license, engines, bin, dependencies }) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const others = Object.entries(lock.packages).filter(([path, one]) => path !== '' && !one.dev);
  const itself = { name, version, license, dependencies, bin, engines };
  return { ...lock, packages: { '': itself, ...Object.fromEntries(others) } };
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
