import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../domain/problem.js';
import { acquireLock, type Lock } from '../../system/lock.js';
import { type CliContext, print } from '../context.js';

const POLL_MS = 300;
const BUSY = 'setup_running';

/** Waits, with one line, until no other set-up works on the environment in `folder`: two of pip there spoil it. */
export async function holdSetup(folder: string, { stderr }: CliContext): Promise<Lock> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      return acquireLock(`${folder}.lock`, busy);
    } catch (cause) {
      if (!(cause instanceof Problem) || cause.code !== BUSY) throw cause;
      if (isFirst) print(stderr, `setup: ${cause.message}`);
    }
    await sleep(POLL_MS);
  }
}

function busy(pid: number): Problem {
  return new Problem(BUSY, `another set-up works here (pid ${pid}); waiting until it is done`);
}
