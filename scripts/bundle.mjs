// Joins each program and what it imports into one file: reading 250 small modules takes longer than everything else that
// happens before the daemon accepts a key press. Packages stay outside that bring native code or files of their own.
// The programs in dist/bin are small files of their own: they look whether there is room for the rest, and read it then.
// What tsc wrote to dist/ works without this too.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const OUTSIDE =
  /^(zeromq|libsql|undici|msgpackr|pino|dbus-next|pidusage|crc-32|node-nvidia-smi)(\/|$)|^node:/;
/** What the programs in dist/bin read when they have looked. */
const PROGRAMS = ['cli/main', 'daemon/main'];
const STARTERS = ['bin/swictation', 'bin/swictationd'];
/** Runs before all else, so it can't be part of the file that imports it; and the programs themselves. */
const APART = /^\.\.\/(system\/no-debugger|cli\/main|daemon\/main)\.js$/;

export async function bundlePrograms(root) {
  for (const name of [...PROGRAMS, ...STARTERS]) {
    const bundle = await rolldown({
      input: join(root, 'ts', `${name}.ts`),
      platform: 'node',
      external: STARTERS.includes(name) ? [OUTSIDE, APART] : OUTSIDE,
      makeAbsoluteExternalsRelative: false,
      resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
      logLevel: 'warn',
    });
    const file = join(root, 'dist', `${name}.js`);
    await bundle.write({ file, format: 'esm', codeSplitting: false });
    await bundle.close();
  }
}

/** The script and the styles of the report's page, for a browser: everything in two files, nothing fetched. */
export async function bundlePage(root) {
  const target = join(root, 'dist', 'report');
  mkdirSync(target, { recursive: true });
  const bundle = await rolldown({
    input: join(root, 'ts', 'report', 'page', 'main.ts'),
    platform: 'browser',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    logLevel: 'warn',
  });
  await bundle.write({ file: join(target, 'page.js'), format: 'iife', minify: true });
  await bundle.close();
  const styles = [
    join(root, 'node_modules', 'uplot', 'dist', 'uPlot.min.css'),
    join(root, 'ts', 'report', 'page', 'page.css'),
  ];
  writeFileSync(
    join(target, 'page.css'),
    styles.map((file) => readFileSync(file, 'utf8')).join('\n'),
  );
}
