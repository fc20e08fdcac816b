import type { Live } from '../parts/live.js';

/** Something that befalls the daemon; the words name it in the summary. */
export interface Trouble {
  readonly name: string;
  befall(live: Live): Promise<void>;
}

/** What other programs hold on a card of 4295 MB, from an empty desktop to a game. */
const OTHERS_MB = [150, 250, 300, 400, 500, 700, 900, 1100, 1300, 2200, 3600];
const OFTEN = ['oom', 'ambiguous', 'sticky', 'hang', 'dead'] as const;

/** A repeatable source of chance, 0 to 1: mulberry32. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Other programs come and go. */
export function othersComeOrGo(random: () => number): Trouble {
  const othersMb = pick(OTHERS_MB, random);
  return { name: 'others', befall: (live) => tell(live, { others_mb: othersMb }) };
}

/**
 * A fault of any class. After a driver that is gone the card stays unused for ten minutes, after a wrong
 * build for good: they come only towards the end (`share` of the time that has passed).
 */
export function someFault(random: () => number, share: number): Trouble {
  if (share > 0.93) return fault('config');
  if (share > 0.75 && random() < 0.5) return driverGone();
  if (random() < 0.3) return killed(random);
  return fault(pick(OFTEN, random));
}

/** SIGKILL to one of the processes that recognise or listen. */
export function killed(
  random: () => number,
  roles: readonly string[] = ['gpu', 'cpu', 'ear'],
): Trouble {
  return {
    name: 'SIGKILL',
    async befall(live) {
      const { workers } = await live.snapshot();
      const pids = workers.flatMap(({ role, pid }) =>
        roles.includes(role) && pid !== null ? [pid] : [],
      );
      const pid = pids[Math.floor(random() * pids.length)];
      if (pid === undefined) return;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended between the question and the signal.
      }
    },
  };
}

function fault(name: string): Trouble {
  return { name, befall: (live) => tell(live, { fault: name }) };
}

function driverGone(): Trouble {
  return {
    name: 'driver gone and back',
    async befall(live) {
      await tell(live, { driver: 'gone' });
      await tell(live, { fault: 'driver_gone' });
      setTimeout(() => void tell(live, { driver: 'back' }).catch(() => {}), 15_000).unref();
    },
  };
}

async function tell(live: Live, world: Record<string, unknown>): Promise<void> {
  await live.daemon.ask('sim', world);
}

function pick<T>(values: readonly [T, ...T[]] | readonly T[], random: () => number): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('nothing to choose from');
  return value;
}
