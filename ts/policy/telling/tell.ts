import type { Decision } from '../../domain/actions.js';
import { fieldsOf, nameOf } from './action-fields.js';
import { explain } from './why.js';

/**
 * Decisions as the command interface shows them: action, reason, figures, one line for people. With the offset of
 * the epoch from the policy's clock (s) also `at`, the epoch seconds of the decision, which are too late by the time
 * asleep where the machine was suspended since.
 */
export function explainDecisions(
  decisions: readonly Decision[],
  epochOffsetS: number | null = null,
): readonly Record<string, unknown>[] {
  return decisions.map((decision) => ({
    ...decisionFields(decision),
    ...(epochOffsetS === null ? {} : { at: decision.atS + epochOffsetS }),
    line: explain(decision),
  }));
}

/** An action, and the figures that it was decided from, in the names of `swictation simulate`. */
export function decisionFields(decision: Decision): Record<string, unknown> {
  const { action, figures, reason, atS } = decision;
  return {
    t_s: atS,
    action: nameOf(action),
    reason,
    level: figures.level,
    used_mb: figures.usedMb,
    others_mb: figures.othersMb,
    own_mb: figures.ownMb,
    need_mb: figures.needMb,
    host_free_mb: figures.hostFreeMb,
    breaker: figures.breaker,
    fault: figures.fault,
    ...('generation' in action ? { generation: action.generation } : {}),
    ...fieldsOf(action),
  };
}
