// Compiles ts/ to dist/, removes what has no source any more, and makes each program one executable file.
// `--quick` does nothing where dist/ is newer than every source.

import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePage, bundlePrograms } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'dist', '.built');

noteCommit();
if (process.argv.includes('--quick') && isFresh()) process.exit(0);
removeOrphans();
const startedS = Date.now() / 1000;
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (status === 0) {
  await bundlePrograms(root);
  await bundlePage(root);
}
makeExecutable();
// A source that was written meanwhile is newer than this.
if (status === 0) {
  writeFileSync(stamp, '');
  utimesSync(stamp, startedS, startedS);
}
process.exit(status ?? 1);

/** Short name of the commit, with + where files differ from it; outside a repository the note stays as it is. */
function noteCommit() {
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
  const git = (...args) => execFileSync('git', args, options).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+';
    mkdirSync(join(root, 'dist'), { recursive: true });
    writeFileSync(
      join(root, 'dist', 'commit'),
      `${git('rev-parse', '--short=8', 'HEAD')}${changed}\n`,
    );
  } catch {
    // An archive of the sources has no commits.
  }
}

/** Folders count too: their time changes when a file comes or goes. */
function isFresh() {
  if (!existsSync(stamp)) return false;
  const builtMs = statSync(stamp).mtimeMs;
  const sources = [join(root, 'ts'), ...list('ts').map((name) => join(root, 'ts', name))];
  const settings = ['tsconfig.json', 'package-lock.json'].map((name) => join(root, name));
  return [...sources, ...settings].every((path) => statSync(path).mtimeMs <= builtMs);
}

function removeOrphans() {
  for (const name of list('dist').filter((file) => file.endsWith('.js'))) {
    if (name === join('report', 'page.js')) continue;
    const source = join(root, 'ts', name.replace(/\.js$/, '.ts'));
    if (!existsSync(source)) rmSync(join(root, 'dist', name), { force: true });
  }
}

function makeExecutable() {
  for (const name of list('dist/bin').filter((file) => file.endsWith('.js'))) {
    chmodSync(join(root, 'dist', 'bin', name), 0o755);
  }
}

function list(folder) {
  const path = join(root, folder);
  return existsSync(path) ? readdirSync(path, { recursive: true }).map(String) : [];
}
