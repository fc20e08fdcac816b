import { expect, test } from 'vitest';
import { PlacementEffects } from '../../../ts/daemon/workers/placement-effects.js';
import type { PolicyFact } from '../../../ts/domain/events.js';
import type { Reply } from '../../../ts/worker/requests.js';

const DONE: Reply = {
  kind: 'answer',
  answer: { type: 'done', id: 1, engine: 'some engine', memory: null },
};
const REFUSED: Reply = { kind: 'failed', fault: null, code: 'oserror', message: 'no room' };

/** Effects over a pool whose answers the test gives. */
function open(worker: 'cpu' | 'gpu' = 'cpu') {
  const told: string[] = [];
  const facts: PolicyFact[] = [];
  let answer: (reply: Reply) => void = () => {};
  const effects = new PlacementEffects({
    pool: {
      fork: () => {},
      kill: (generation) => told.push(`killed ${generation}`),
      request: () => new Promise(() => {}),
    },
    learn: (fact) => facts.push(fact),
    whenDone: (_work, then) => {
      answer = then as unknown as typeof answer;
    },
    forkOptions: () => ({}),
    vadMoved: () => {},
    engineLoaded: (worker, engine) => told.push(`${worker} loaded ${engine}`),
    loadFailed: (worker, message) => told.push(`${worker} failed: ${message}`),
    lostWhileLoading: (worker) => told.push(`${worker} lost`),
    measureElsewhere: () => Promise.resolve(null),
    onMemory: () => {},
  });
  const spawn = { kind: 'spawn_worker', worker, generation: 1 } as const;
  effects.spawn({ ...spawn, deadlineS: 60, vad: worker === 'gpu' });
  effects.hello(1);
  return { effects, facts, told, answer: (reply: Reply) => answer(reply) };
}

test('a process that ends while it loads is told as lost', () => {
  const { effects, told, answer } = open();
  answer({ kind: 'lost', fault: 'dead' });
  effects.ended(1, 'dead');
  expect(told).toEqual(['cpu lost']);
});

test('a model that is refused is told once, with the reason', () => {
  const { facts, told, answer } = open();
  answer(REFUSED);
  expect(told).toEqual(['cpu failed: no room', 'killed 1']);
  expect(facts.map(({ kind }) => kind)).toEqual(['worker_ended']);
});

test('a process that ends later has loaded its model', () => {
  const { effects, told, answer } = open();
  answer(DONE);
  effects.ended(1, 'dead');
  expect(told).toEqual(['cpu loaded some engine']);
});

test.each([
  [
    'has no room for voice detection keeps the speech model',
    'oom',
    ['worker_ready', 'score_failed'],
  ],
  ['is sick ends the worker', 'sticky', ['worker_ended']],
] as const)('a card that %s', (_, fault, kinds) => {
  const { facts, answer } = open('gpu');
  answer(DONE);
  answer({ kind: 'failed', fault, code: 'cuda', message: 'it failed' });
  expect(facts.map(({ kind }) => kind)).toEqual(kinds);
});
