#!/usr/bin/env node
// First of all, before anything takes its time.
import '../system/no-debugger.js';

import { writeSync } from 'node:fs';
import { main, watchSignals } from '../cli/main.js';

for (const stream of [process.stdout, process.stderr]) stream.on('error', leave);

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

/** Whoever reads us may stop reading (`swictation history | head`): that is no error. A full disk is one. */
function leave(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit(0);
  try {
    const reason = error.code === 'ENOSPC' ? 'no space is left there' : error.message;
    writeSync(2, `✗ Error: The output can't be written: ${reason}\n`);
  } catch {
    // Nobody can be told.
  }
  process.exit(1);
}
