#!/usr/bin/env node
// First of all, before anything takes its time.
import '../system/no-debugger.js';

import { writeSync } from 'node:fs';
import { adviceOn, FEWEST_FOR_A_COMMAND, tooFewFiles } from '../system/process/open-files.js';

const refusal = tooFewFiles(FEWEST_FOR_A_COMMAND);
if (refusal !== null) leave(refusal);
for (const stream of [process.stdout, process.stderr]) stream.on('error', outputEnded);

const { main, watchSignals } = await readProgram();
const exitCode = await main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  onInterrupt: watchSignals(),
});
// An error of a stream is told a tick behind the end of its last write; a turn of the loop later it has been.
process.stdout.write('', () =>
  process.stderr.write('', () => setImmediate(() => process.exit(process.exitCode ?? exitCode))),
);

/** Only now: reading the program itself takes files. */
async function readProgram(): Promise<typeof import('../cli/main.js')> {
  try {
    return await import('../cli/main.js');
  } catch (error) {
    return leave(adviceOn(error, error instanceof Error ? error.message : String(error)));
  }
}

/** Whoever reads us may stop reading (`swictation history | head`): that is no error. A full disk is one. */
function outputEnded(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit(0);
  const reason = error.code === 'ENOSPC' ? 'no space is left there' : error.message;
  return leave(`The output can't be written: ${reason}`);
}

function leave(reason: string): never {
  try {
    writeSync(2, `✗ Error: ${reason}\n`);
  } catch {
    // Nobody can be told.
  }
  process.exit(1);
}
