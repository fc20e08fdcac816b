import type { PolicyState } from './state.js';

/** Nobody speaks and nothing is being transcribed or waits for it. */
export function isIdle(state: PolicyState): boolean {
  return !state.speaking && state.job === null && state.waiting.length === 0;
}

/** Whether the GPU worker is busy with an utterance. */
export function isCardBusy(state: PolicyState): boolean {
  const stage = state.job?.stage;
  return stage?.kind === 'running' && stage.worker === 'gpu';
}

/** The card may be used at all, with a model that is here, and nothing keeps us from it but memory. */
export function isCardWanted(state: PolicyState): boolean {
  return (
    state.card !== null &&
    !state.modelAbsent &&
    state.stt.wish !== 'cpu' &&
    state.breaker.kind === 'closed' &&
    !state.probeFirst &&
    !state.suspended
  );
}

/** The speech model is on the card and takes utterances. */
export function isCardInService(state: PolicyState): boolean {
  return (
    isCardWanted(state) &&
    state.gpu.kind === 'ready' &&
    state.stt.device === 'cuda' &&
    state.stt.moving === null
  );
}
