import type { BreakerState } from './breaker.js';
import type { Model } from './device.js';
import type { FaultClass } from './fault.js';
import type { LevelThresholds } from './policy-settings.js';

/** Where a model answers from. */
export type Place = 'card' | 'cpu' | 'remote' | 'none';
/** The same for people: of two speech models the smaller one answers from the card. */
export type ModelPlace = Place | 'card_small';

/** One thing that happened. `atS`: epoch seconds of a live run, seconds since the start of a simulated one. */
export type HistoryItem = { readonly atS: number } & HistoryFact;

/** What a run leaves for people to look at later. Never text, never sound. Memory in MB of 10^6 bytes. */
export type HistoryFact =
  /** A run begins: nothing before it holds any more. `simulated`: its card is a model. */
  | { readonly kind: 'begin'; readonly simulated: boolean }
  /** A clean end. Behind a last item without it the run was killed. */
  | { readonly kind: 'end' }
  | {
      readonly kind: 'card';
      readonly totalMb: number;
      readonly thresholds: LevelThresholds;
    }
  /** `usedMb` is what all programs hold without our cache, `ownMb` our part of it. */
  | {
      readonly kind: 'memory';
      readonly usedMb: number;
      readonly ownMb: number;
      readonly cacheMb: number;
    }
  | { readonly kind: 'place'; readonly model: Model; readonly place: ModelPlace }
  | { readonly kind: 'breaker'; readonly state: BreakerState['kind'] }
  | {
      readonly kind: 'decision';
      readonly action: string;
      /** What was decided, why, and the figures that were known, in one line for people. */
      readonly words: string;
      readonly fault: FaultClass | null;
    }
  /** A text is there, `delayS` after its speech of `speechS` had ended. */
  | {
      readonly kind: 'text';
      readonly utterance: number;
      readonly speechS: number;
      readonly delayS: number;
      /** The engine: a name, or only the place where nothing more is known. */
      readonly rung: string;
      readonly place: Place;
      /** Null where nobody counted. */
      readonly words: number | null;
      /** Its first attempt had failed: without a second one it would have been lost. */
      readonly rescued: boolean;
    }
  /** A text that waits for a person. */
  | { readonly kind: 'kept'; readonly reason: string };
