import { expect, test } from 'vitest';
import { fieldsOf } from '../../../ts/policy/telling/action-fields.js';
import { describeAction } from '../../../ts/policy/telling/why.js';

test('a transcription names its utterance, device and window, and nothing of the inside', () => {
  const action = {
    kind: 'transcribe',
    utterance: 7,
    device: 'cuda',
    worker: 'gpu',
    generation: 3,
    windowS: 20,
    deadlineS: 99,
  } as const;
  expect(fieldsOf(action)).toEqual({ utterance: 7, device: 'cuda', window_s: 20 });
});

test('the breaker is told by the name of its state, and what opened it', () => {
  const state = { kind: 'open', cause: 'sticky', untilS: 12, failures: 0 } as const;
  expect(fieldsOf({ kind: 'breaker', state })).toEqual({
    state: 'open',
    cause: 'sticky',
  });
});

test('a worker is told with the device that it computes on', () => {
  const action = { kind: 'kill_worker', worker: 'gpu', generation: 1, gentle: false } as const;
  expect(fieldsOf(action)).toEqual({ worker: 'gpu', device: 'cuda' });
});

test('what is given up has no next attempt', () => {
  expect(fieldsOf({ kind: 'give_up', utterance: 2 })).toEqual({
    utterance: 2,
    next_attempt_s: null,
  });
});

test('people read that voice detection comes along with a worker', () => {
  const action = { kind: 'spawn_worker', worker: 'gpu', generation: 2, deadlineS: 60 } as const;
  expect(describeAction({ ...action, vad: true }, 0)).toBe(
    'start the gpu worker together with voice detection (generation 2)',
  );
  expect(describeAction({ ...action, vad: false }, 0)).toBe('start the gpu worker (generation 2)');
});
