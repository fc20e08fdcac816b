import type { OpenUtterance } from './open-utterances.js';

/** Where the time between the end of a voice and the last key went. Milliseconds, none below zero. */
export interface Stages {
  /** From the arrival of the frame that ended the utterance until the ear's word on it was acted on. */
  readonly earMs: number;
  /** The pause that had to pass before the utterance was taken as finished. */
  readonly endpointMs: number;
  /** Of the audio and of its answer: waiting for the engine, reading the journal, the way there and back. */
  readonly queueMs: number;
  /** The engine's own time that fell behind the end of the utterance; the rest was spent in the pause. */
  readonly engineWaitMs: number;
  /** Everything between the end of the utterance and the last key but the engine's own time. */
  readonly overheadMs: number;
}

/** `doneS`: when the last key was typed, monotonic seconds. */
export function stagesOf(utterance: OpenUtterance, doneS: number): Stages {
  const engineS = (utterance.transcript?.sttMs ?? 0) / 1e3;
  const engineWaitS = Math.min(engineS, Math.max(0, utterance.textS - utterance.closedS));
  const totalS = doneS - utterance.closedS;
  return {
    earMs: atLeastZero(utterance.closedS - utterance.lastFrameS),
    endpointMs: atLeastZero(utterance.lastFrameS - utterance.voiceEndedS),
    queueMs: atLeastZero(utterance.textS - utterance.issuedS - engineS),
    engineWaitMs: engineWaitS * 1e3,
    overheadMs: atLeastZero(totalS - engineWaitS),
  };
}

function atLeastZero(seconds: number): number {
  return Math.max(0, seconds) * 1e3;
}
