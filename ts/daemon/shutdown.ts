import type { Log } from '../system/log.js';
import type { Core } from './core/core.js';

/** How long a clean end waits for what was said to be typed; what is left then is offered at the next start. */
const GRACE_MS = 4_000;
const ABORT_MS = 1_000;

/**
 * Ends dictation with nothing lost: the recording is closed, its last sentence delivered where that is possible
 * soon, and an injector that still types is stopped at a known place.
 */
export async function finishDictation(core: Core, whenSettled: () => Promise<void>): Promise<void> {
  core.loop.post(() => core.stopRecording());
  await within(
    GRACE_MS,
    until(core, whenSettled, () => !core.dictation.isBusy),
  );
  core.loop.post(() => {
    core.dictation.deliveryQueue.close();
    core.dictation.deliveryQueue.abort();
  });
  await within(
    ABORT_MS,
    until(core, whenSettled, () => !core.dictation.deliveryQueue.isTyping),
  );
}

async function until(
  core: Core,
  whenSettled: () => Promise<void>,
  holds: () => boolean,
): Promise<void> {
  while (!holds() && !core.isClosed) await whenSettled();
}

function within(limitMs: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** What an earlier run could not end itself. */
export function tellSwept(count: number, log: Pick<Log, 'info'>): void {
  if (count === 0) return;
  const what = count === 1 ? '1 process' : `${count} processes`;
  log.info(`ended what an earlier run left behind: ${what}`);
}
