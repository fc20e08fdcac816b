import type { Decision } from '../domain/actions.js';
import { fieldsOf } from './action-fields.js';
import { explain } from './why.js';

/** Decisions as the command interface shows them: action, reason, figures, and one line for people. */
export function explainDecisions(
  decisions: readonly Decision[],
): readonly Record<string, unknown>[] {
  return decisions.map((decision) => ({ ...decisionFields(decision), line: explain(decision) }));
}

/** An action, and the figures that it was decided from, in the names of `swictation simulate`. */
export function decisionFields(decision: Decision): Record<string, unknown> {
  const { action, figures, reason, atS } = decision;
  return {
    t_s: atS,
    action: action.kind,
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
