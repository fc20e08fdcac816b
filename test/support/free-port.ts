import { createServer } from 'node:net';
import { threadId } from 'node:worker_threads';

/** Below what the kernel gives to those who ask for no particular port, which may take it before its owner does. */
const FIRST = 15_000;
const COUNT = 15_000;

let last = (process.pid * 37 + threadId * 101) % COUNT;

/** A port of the loopback that nobody listens at just now; the processes of the tests begin far from each other. */
export async function freePort(): Promise<number> {
  for (;;) {
    last = (last + 1) % COUNT;
    if (await isFree(FIRST + last)) return FIRST + last;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
