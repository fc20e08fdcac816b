import { setTimeout as sleep } from 'node:timers/promises';
import { FAULTS, type Fault } from './faults.js';
import type { Rig } from './rig.js';

/** Kinds of faults that may well come together: a machine out of memory kills, stalls and fills its disk at once. */
const KINDS: Readonly<Record<'cpu' | 'sim', readonly (readonly string[])[]>> = {
  cpu: [
    ['SIGKILL cpu worker', 'SIGKILL ear worker', 'SIGKILL nursery', 'SIGKILL daemon'],
    ['SIGSTOP cpu worker', 'SIGSTOP ear worker', 'SIGSTOP nursery'],
    ['journal disk full'],
    ['two toggles within 50 ms'],
  ],
  sim: [
    ['SIGKILL gpu worker', 'SIGKILL ear worker', 'SIGKILL nursery', 'SIGKILL daemon'],
    ['SIGSTOP gpu worker', 'SIGSTOP ear worker', 'SIGSTOP nursery'],
    ['worker error oom'],
    ['journal disk full'],
    ['two toggles within 50 ms'],
  ],
};
const LONGEST_GAP_MS = 100;

/** Two faults within 100 ms of each other; `random` draws which, and how far apart. */
export function drawPair(random: () => number): Fault {
  const device = random() < 0.3 ? 'cpu' : 'sim';
  const kinds = KINDS[device];
  const first = draw(kinds, random);
  const others = kinds.filter((kind) => kind !== first);
  return joined(
    find(draw(first, random)),
    find(draw(draw(others, random), random)),
    device,
    random(),
  );
}

/** Each pair of kinds once; within its kinds, `random` draws. */
export function everyPair(random: () => number): readonly Fault[] {
  const kinds = KINDS.sim;
  return kinds.flatMap((first, at) =>
    kinds
      .slice(at + 1)
      .map((second) =>
        joined(find(draw(first, random)), find(draw(second, random)), 'sim', random()),
      ),
  );
}

function draw<T>(all: readonly T[], random: () => number): T {
  const drawn = all[Math.floor(random() * all.length)];
  if (drawn === undefined) throw new Error('nothing to draw from');
  return drawn;
}

function find(name: string): Fault {
  const fault = FAULTS.find((each) => each.name === name);
  if (fault === undefined) throw new Error(`no fault ${name}`);
  return fault;
}

function joined(one: Fault, other: Fault, device: 'cpu' | 'sim', luck: number): Fault {
  // A daemon that is gone can't be struck any more.
  const [first, second] = one.name.endsWith(' daemon') ? [other, one] : [one, other];
  const gapMs = Math.round(luck * LONGEST_GAP_MS);
  return {
    name: `${first.name}, ${second.name} ${gapMs} ms later`,
    ...(device === 'sim' ? { device } : {}),
    moments: [],
    env: () => ({ ...first.env?.(), ...second.env?.() }),
    prepare: async (rig) => (await first.prepare?.(rig)) ?? (await second.prepare?.(rig)) ?? null,
    async strike(rig) {
      const blows = [await aimed(first, rig), await aimed(second, rig)] as const;
      await blows[0]();
      await sleep(gapMs);
      await blows[1]();
    },
    async mend(rig) {
      await second.mend?.(rig);
      await first.mend?.(rig);
    },
  };
}

async function aimed(fault: Fault, rig: Rig): Promise<() => void | Promise<void>> {
  return (await fault.aim?.(rig)) ?? (() => fault.strike(rig));
}
