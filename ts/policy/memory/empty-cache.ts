import type { FaultClass } from '../../domain/fault.js';
import { decideOn, type Turn } from '../state/turn.js';

/** Orders that the worker gives its allocator's cache back to the card, and notes when. */
export function emptyCache(
  turn: Turn,
  generation: number,
  reason: string,
  fault?: FaultClass,
): void {
  turn.draft.trimmedS = turn.draft.atS;
  decideOn(turn, { kind: 'empty_cache', generation }, reason, { fault });
}
