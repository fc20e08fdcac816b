import type { Action } from '../../domain/actions.js';
import type { RemoteTrouble } from '../../domain/events.js';
import type { Machine } from '../machine/machine.js';

/** A connection that is refused says so at once. */
const REFUSED_S = 0.01;
/** A server in trouble takes so many times as long. */
const SLOW_FACTOR = 50;
const SLOW_S = 30;
const CLIP_S = 2;
const REFUSED: RemoteTrouble = {
  reason: 'the connection failed',
  lasting: false,
  retryAfterS: null,
};

/** Sound on its way to the engine on another machine: `remote_answered`, or `remote_failed` where it is down by then. */
export function askRemote(
  machine: Machine,
  action: Extract<Action, { kind: 'transcribe_remote' }>,
  seconds: number,
): void {
  const { utterance, attempt } = action;
  const engineS = engineTime(machine, seconds);
  machine.after(waitFor(machine, engineS), () => {
    if (machine.remote === 'down') {
      machine.tell({ kind: 'remote_failed', utterance, attempt, failure: REFUSED });
    } else machine.tell({ kind: 'remote_answered', utterance, attempt, engineS });
  });
}

export function probeRemote(machine: Machine, attempt: number): void {
  machine.after(waitFor(machine, engineTime(machine, CLIP_S)), () => {
    const failure = machine.remote === 'down' ? REFUSED : null;
    machine.tell({ kind: 'remote_probed', attempt, failure });
  });
}

function engineTime(machine: Machine, seconds: number): number {
  const { remoteRtf, remoteRttS } = machine.world;
  const usualS = seconds * remoteRtf + remoteRttS;
  return machine.remote === 'slow' ? usualS * SLOW_FACTOR + SLOW_S : usualS;
}

function waitFor(machine: Machine, engineS: number): number {
  return machine.remote === 'down' ? REFUSED_S : engineS;
}
