import { describe, expect, it } from 'vitest';
import type { Action } from '../../ts/domain/actions.js';
import { describeAction } from '../../ts/policy/action-fields.js';

const ACTIONS: readonly [Action, Record<string, unknown>][] = [
  [{ kind: 'sample' }, {}],
  [{ kind: 'shorten_window', seconds: 20 }, { window_s: 20 }],
  [{ kind: 'move_vad', device: 'cpu', generation: 3, deadlineS: 12 }, { device: 'cpu' }],
  [
    {
      kind: 'transcribe',
      utterance: 7,
      device: 'cuda',
      worker: 'gpu',
      generation: 3,
      windowS: 40,
      deadlineS: 12,
    },
    { utterance: 7, device: 'cuda', window_s: 40 },
  ],
  [
    { kind: 'defer', utterance: 7, nextAttemptS: 12.34567 },
    { utterance: 7, next_attempt_s: 12.346 },
  ],
  [{ kind: 'degrade', nextAttemptS: null }, { next_attempt_s: null }],
  [
    { kind: 'breaker', state: { kind: 'half_open', cause: 'sticky', failures: 1 } },
    { state: 'half_open', cause: 'sticky' },
  ],
];

describe('fields of an action', () => {
  it.each(ACTIONS)('%j', (action, fields) => {
    expect(describeAction(action)).toEqual(fields);
  });

  it('have names of the command interface and plain values', () => {
    for (const [action] of ACTIONS) {
      for (const [name, value] of Object.entries(describeAction(action))) {
        expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
        expect(value === null || typeof value !== 'object').toBe(true);
      }
    }
  });
});
