import type { Decision } from '../../domain/actions.js';
import { type ActionFields, fieldsOf, nameOf } from '../../policy/telling/action-fields.js';

/** One line of output for a decision, or null for what is no decision (a measurement). `atS`: the world's clock. */
export function reportDecision(decision: Decision, atS: number): string | null {
  const { action, reason, figures } = decision;
  if (action.kind === 'sample') return null;
  return JSON.stringify({
    t_s: roundTo(atS, 1000),
    action: action.kind === 'give_up' ? 'defer' : nameOf(action),
    reason,
    level: figures.level,
    used_mb: roundMb(figures.usedMb),
    others_mb: roundMb(figures.othersMb),
    ...roundFields(fieldsOf(action)),
  });
}

/** Rounds to a whole number of 1/`parts`. */
export function roundTo(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}

function roundMb(mb: number | null): number | null {
  return mb === null ? null : roundTo(mb, 10);
}

function roundFields(fields: ActionFields): ActionFields {
  const at = fields.next_attempt_s ?? null;
  return at === null ? fields : { ...fields, next_attempt_s: roundTo(at, 1000) };
}
