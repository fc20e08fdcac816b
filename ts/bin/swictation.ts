#!/usr/bin/env node
import { main, watchSignals } from '../cli/main.js';

/** Whoever reads us may stop reading (`swictation history | head`): that is no error. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? 0 : 1),
  );
}

const exitCode = await main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  onInterrupt: watchSignals(),
});
process.stdout.write('', () =>
  process.stderr.write('', () => process.exit(process.exitCode ?? exitCode)),
);
