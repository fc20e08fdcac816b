import type { Action, Decision } from '../../ts/domain/actions.js';
import { thresholdsFor } from '../../ts/policy/memory/levels.js';
import { EMPTY_QUEUE, enqueue, type Queue } from '../../ts/policy/state/queue.js';
import { DEFAULT_SETTINGS } from '../../ts/policy/state/settings.js';
import { type Figures, readSample } from '../../ts/policy/state/signal.js';
import { initialState, type Job, type PolicyState } from '../../ts/policy/state/state.js';
import { openTurn, type Turn } from '../../ts/policy/state/turn.js';

/** The time of `calm()`. */
export const NOW_S = 100;
const TOTAL_MB = 4295;
const START = initialState(DEFAULT_SETTINGS);

/** What a sample says in which `usedMb` count as used. Both models are on the card, and as much cache as given. */
export function figuresAt(atS: number, usedMb: number, cacheMb = 0): Figures {
  const activeMb = 1768;
  const own = {
    ...{ contextMb: 300, allocatedMb: activeMb, activeMb, reservedMb: activeMb + cacheMb },
    ...{ inactiveSplitMb: 0, largestFreeMb: 0, allocRetries: 0, peakMb: activeMb },
  };
  const driverFreeMb = TOTAL_MB - usedMb - cacheMb;
  return readSample({ totalMb: TOTAL_MB, driverFreeMb, own, source: 'worker' }, atS, null);
}

/** A 4 GB card with both models on it, measured just now, a warm CPU engine beside it, and nothing to do. */
export function calm(changes: Partial<PolicyState> = {}): PolicyState {
  return {
    ...START,
    atS: NOW_S,
    card: { totalMb: TOTAL_MB, thresholds: thresholdsFor(TOTAL_MB, null) },
    hostFreeMb: 8000,
    figures: figuresAt(NOW_S, 2600),
    sampling: { nextS: NOW_S + 1, askedS: null, failures: 0 },
    gpu: { kind: 'ready', generation: 2, sinceS: 10 },
    cpu: { kind: 'ready', generation: 1, sinceS: 5 },
    stt: { ...START.stt, device: 'cuda' },
    vad: { ...START.vad, device: 'cuda' },
    ...changes,
  };
}

export function at(level: PolicyState['pressure']['level']): Partial<PolicyState> {
  return { pressure: { level, rising: null, easingSinceS: null } };
}

/** Utterance 7, 4 s long, that nothing has been done for. */
export function jobOf(changes: Partial<Job> = {}): Job {
  return {
    ...{ utterance: 7, seconds: 4, speculative: false, withdrawn: false, cpuBecause: null },
    ...{
      foundFull: false,
      gpuFailures: 0,
      cpuFailures: 0,
      again: false,
      remoteTried: false,
      stage: { kind: 'unplaced' },
    },
    ...changes,
  };
}

/** Utterances of 3 s that wait. */
export function waiting(...utterances: readonly number[]): Queue {
  return utterances.reduce(
    (queue, utterance) => enqueue(queue, { utterance, seconds: 3 }),
    EMPTY_QUEUE,
  );
}

/** What a rule makes of a state. */
export function apply(
  state: PolicyState,
  rule: (turn: Turn) => void,
): { state: PolicyState; decisions: readonly Decision[]; actions: readonly Action[] } {
  const turn = openTurn(state, state.atS, state.settings);
  rule(turn);
  return {
    state: turn.draft,
    decisions: turn.decisions,
    actions: turn.decisions.map(({ action }) => action),
  };
}
