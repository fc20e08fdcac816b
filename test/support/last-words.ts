import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exit, RunningProgram } from '../../ts/system/process/process.js';

/** What a program leaves behind may hold its output open: that is not waited for any longer. */
const LAST_WORDS_MS = 5_000;

/** The end of a program, when all that it wrote is here, too. Called before anything of it is read. */
export async function endWithLastWords(program: RunningProgram): Promise<Exit> {
  const closed = Promise.all([program.stdout, program.stderr].map(endOf));
  const exit = await program.exited;
  await Promise.race([closed, sleep(LAST_WORDS_MS, null, { ref: false })]);
  return exit;
}

/** Resolves when nothing more comes out of it. */
function endOf(stream: Readable | null): Promise<void> | undefined {
  return stream === null ? undefined : finished(stream, { writable: false }).catch(() => undefined);
}
