import type { Decision } from '../domain/actions.js';
import { describeAction } from '../policy/action-fields.js';
import { explain } from '../policy/why.js';
import { epochS, monotonicS } from '../system/clock.js';

/**
 * Decisions as the command interface shows them: action, reason, figures, one line for people, and `at`, the
 * epoch seconds of the decision (earlier by the time asleep where the machine was suspended since).
 */
export function explainDecisions(
  decisions: readonly Decision[],
): readonly Record<string, unknown>[] {
  const epochOffsetS = epochS() - monotonicS();
  return decisions.map((decision) => ({
    ...decisionFields(decision),
    at: decision.atS + epochOffsetS,
    line: explain(decision),
  }));
}

/** A decision with the figures that it was made from, in the names of the command interface. */
export function decisionFields(decision: Decision): Record<string, unknown> {
  const { figures, reason, atS, action } = decision;
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
    ...describeAction(action),
    ...('generation' in action ? { generation: action.generation } : {}),
  };
}
