import type { Decision } from '../domain/actions.js';
import type { Rung } from '../domain/device.js';
import type { PolicyFact } from '../domain/events.js';
import type { PolicyState } from '../policy/state/state.js';

/** Looks on from outside, for tests: what the output does not say. Times are those of the world's clock. */
export interface Watch {
  /** Text came; `first` is false when that utterance had its text already. */
  readonly onText?: (utterance: number, device: Rung, atS: number, first: boolean) => void;
  /** The policy has taken in a fact. */
  readonly onFact?: (
    fact: PolicyFact,
    atS: number,
    state: PolicyState,
    decisions: readonly Decision[],
  ) => void;
  /** An utterance has ended. */
  readonly onSpeech?: (utterance: number, seconds: number, atS: number) => void;
}
