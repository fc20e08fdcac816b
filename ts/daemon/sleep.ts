import type { PolicyFact } from '../domain/events.js';
import type { Journal } from '../journal/types.js';
import { watchClockJumps } from '../system/clock-jumps.js';
import { type SleepWatch, watchSleep } from '../system/desktop/logind.js';
import type { Log } from '../system/log.js';
import type { Scope } from '../system/scope.js';
import type { Core } from './core/core.js';

const CLOCK_CHECK_MS = 5_000;
/** A sleep that was announced shows in the clocks at the next check or two. */
const ANNOUNCED_MS = 2 * CLOCK_CHECK_MS;

export interface SleepPorts {
  readonly core: Core;
  readonly journal: Journal;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly scope: Scope;
  whenSettled(): Promise<void>;
}

/**
 * Tells the policy when the machine sleeps and wakes up. Before it sleeps the journal is on the disk and
 * nothing of ours is on the card; a sleep that nobody announced is noticed by the clocks afterwards.
 */
export function followSleep(ports: SleepPorts): void {
  const { core, env, log, scope } = ports;
  const learn = (fact: PolicyFact) => core.loop.post(() => core.learn(fact));
  let announced = false;
  let forget: NodeJS.Timeout | undefined;
  const watching = watchSleep({
    env,
    onSleep: async () => {
      announced = true;
      clearTimeout(forget);
      learn({ kind: 'suspend' });
      await Promise.all([ports.journal.idle(), untilOffCard(ports)]);
    },
    onResume: () => {
      learn({ kind: 'resume' });
      forget = setTimeout(() => {
        announced = false;
      }, ANNOUNCED_MS).unref();
    },
    onNote: (note) => log.info(note),
  });
  const clocks = watchClockJumps({
    intervalMs: CLOCK_CHECK_MS,
    onJump: ({ kind, seconds }) => {
      log.info(
        `${kind === 'slept' ? 'slept for' : 'the wall clock was set by'} ${seconds.toFixed(1)} s`,
      );
      if (kind !== 'slept' || announced) return;
      learn({ kind: 'suspend' });
      learn({ kind: 'resume' });
    },
  });
  scope.own('clock watch', () => clocks.close());
  scope.own('sleep watch', () => closeWhenOpen(watching));
}

async function untilOffCard({ core, whenSettled }: SleepPorts): Promise<void> {
  while (core.gpuGeneration !== null && !core.isClosed) await whenSettled();
}

async function closeWhenOpen(watching: Promise<SleepWatch>): Promise<void> {
  await (await watching).close();
}
