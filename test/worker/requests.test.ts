import { expect, it } from 'vitest';
import type { WorkerAnswer } from '../../ts/protocol/worker/worker.js';
import { type Reply, Requests } from '../../ts/worker/requests.js';

const LOST: Reply = { kind: 'lost', fault: 'dead' };

function done(id: number): Reply {
  return { kind: 'answer', answer: { type: 'done', id } };
}

function scores(id: number): Reply {
  const answer: WorkerAnswer = {
    ...{ type: 'scores', id, probabilities: [0.5], state: Buffer.alloc(1), device: 'cpu' },
  };
  return { kind: 'answer', answer };
}

it('settles each channel in its order', async () => {
  const requests = new Requests();
  const score = requests.begin('data', 'score');
  const memory = requests.begin('ctl', 'memory');
  const next = requests.begin('data', 'score');
  expect(requests.answer('ctl', memory.id, done(memory.id))).toBe('settled');
  expect(requests.answer('data', score.id, scores(score.id))).toBe('settled');
  expect(requests.answer('data', next.id, scores(next.id))).toBe('settled');
  expect(await score.reply).toEqual(scores(score.id));
  expect(requests.count).toBe(0);
});

it('takes no answer with the number of another request, nor of another kind, nor on another channel', () => {
  const requests = new Requests();
  const first = requests.begin('data', 'score');
  const second = requests.begin('data', 'score');
  expect(requests.answer('data', second.id, scores(second.id))).toBe('foreign');
  expect(requests.answer('data', first.id, done(first.id))).toBe('foreign');
  expect(requests.answer('ctl', first.id, scores(first.id))).toBe('foreign');
  expect(requests.answer('data', second.id + 1, scores(second.id + 1))).toBe('foreign');
  expect(requests.count).toBe(2);
});

it('gives an error without a number to the request whose turn it is', async () => {
  const requests = new Requests();
  const { reply } = requests.begin('data', 'transcribe');
  const error: Reply = { kind: 'failed', fault: null, code: 'invalid_message', message: 'x' };
  expect(requests.answer('data', null, error)).toBe('settled');
  expect(await reply).toEqual(error);
  expect(requests.answer('data', null, error)).toBe('foreign');
});

it('knows a late answer to what nobody waits for any more', async () => {
  const requests = new Requests();
  const { id, reply } = requests.begin('data', 'score');
  requests.abandonAll(LOST);
  expect(await reply).toEqual(LOST);
  expect(requests.answer('data', id, scores(id))).toBe('late');
  expect(requests.answer('data', id, scores(id))).toBe('foreign');
});

it('begins its numbers somewhere else in each run, and they fit 32 bits', () => {
  const first = Array.from({ length: 20 }, () => new Requests().begin('ctl', 'memory').id);
  expect(new Set(first).size).toBe(20);
  expect(Math.max(...first)).toBeLessThan(2 ** 32);
});
