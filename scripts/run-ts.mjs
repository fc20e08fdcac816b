// Runs a TypeScript program of test/ or bench/, which are not part of the built product:
// node scripts/run-ts.mjs FILE [ARGUMENT...]. The program sees FILE and its arguments in process.argv.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { runnerImport } from 'vite';

const [file, ...args] = process.argv.slice(2);
if (file === undefined || !existsSync(file)) {
  console.error(`${file ?? 'no file'} is not there: node scripts/run-ts.mjs FILE [ARGUMENT...]`);
  process.exit(2);
}
process.argv = [process.execPath, resolve(file), ...args];
await runnerImport(resolve(file), { configFile: false, logLevel: 'error' });
