import { expect, test } from 'vitest';
import { type Line, play } from '../../sim/play.js';

const WORLD = { small_stt_mb: 365 };

function placesOf(events: readonly Line[], world: Line = WORLD) {
  const played = play(world, events);
  return {
    texts: played.texts.map(({ device }) => device),
    starts: played.lines
      .filter(({ action, worker }) => action === 'spawn_worker' && worker === 'gpu')
      .map(({ model }) => model ?? 'large'),
    summary: played.summary,
  };
}

test('a card that others half fill gets the smaller model, and the large one when it fits again', () => {
  const { texts, starts, summary } = placesOf([
    { t_s: 0, others_mb: 2000 },
    { t_s: 10, speech_s: 4 },
    { t_s: 60, others_mb: 300 },
    { t_s: 90, speech_s: 4 },
    { t_s: 200, speech_s: 4 },
  ]);
  expect(starts).toEqual(['small', 'large']);
  expect(texts).toEqual(['cuda', 'cuda', 'cuda']);
  expect(summary.lost).toBe(0);
});

test('the large one leaves, the smaller one serves, the large one returns', () => {
  const { texts, starts, summary } = placesOf([
    { t_s: 0, others_mb: 300 },
    { t_s: 10, speech_s: 4 },
    { t_s: 30, others_mb: 2000 },
    { t_s: 40, speech_s: 4 },
    { t_s: 80, others_mb: 300 },
    { t_s: 200, speech_s: 4 },
  ]);
  expect(starts).toEqual(['large', 'small', 'large']);
  expect(texts).toEqual(['cuda', 'cuda', 'cuda']);
  expect(summary.gpu_oom).toBe(0);
});

test('a card on which neither fits is left to others, and the smaller one comes back by itself', () => {
  const { texts, starts } = placesOf([
    { t_s: 0, others_mb: 2000 },
    { t_s: 20, others_mb: 3600 },
    { t_s: 40, speech_s: 4 },
    { t_s: 60, others_mb: 2000 },
    { t_s: 200, speech_s: 4 },
  ]);
  expect(starts).toEqual(['small', 'small']);
  expect(texts).toEqual(['cpu', 'cuda']);
});

test('a card that fills on and on is not entered again at once', () => {
  const ramp = Array.from({ length: 12 }, (_, i) => ({ t_s: 10 + i, others_mb: 300 + 300 * i }));
  const { starts } = placesOf([{ t_s: 0, others_mb: 300 }, ...ramp, { t_s: 60, end: true }]);
  expect(starts).toEqual(['large', 'small']);
});

test('after a rest the large one is tried first', () => {
  const { starts } = placesOf([
    { t_s: 0, others_mb: 2000 },
    { t_s: 10, speech_s: 4 },
    { t_s: 700, others_mb: 300 },
    { t_s: 4000, speech_s: 4 },
  ]);
  expect(starts).toEqual(['small', 'large']);
});

test('without a smaller model a card without room is not used', () => {
  const { texts, starts } = placesOf(
    [
      { t_s: 0, others_mb: 2000 },
      { t_s: 10, speech_s: 4 },
    ],
    {},
  );
  expect([texts, starts]).toEqual([['cpu'], []]);
});
