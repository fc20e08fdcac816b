import { expect, test } from 'vitest';
import {
  fitsOnCard,
  fitsVoice,
  predictedMb,
  worstOthers,
} from '../../../ts/policy/memory/forecast.js';
import { thresholdsFor } from '../../../ts/policy/memory/levels.js';
import { EMPTY_WINDOW, recordOthers } from '../../../ts/policy/state/others-window.js';
import { DEFAULT_SETTINGS } from '../../../ts/policy/state/settings.js';
import { initialState, type PolicyState } from '../../../ts/policy/state/state.js';

const card = { totalMb: 4295, thresholds: thresholdsFor(4295, null) };
const state: PolicyState = { ...initialState(DEFAULT_SETTINGS), card };
/** Context, model, and the need of 10 s: 300 + 1766 + 60 + 40. */
const OURS_MB = 2166;

test('the card after a return holds others, context, model and the need of a usual utterance', () => {
  expect(predictedMb(state, 1000, false)).toBeCloseTo(1000 + OURS_MB, 6);
  expect(predictedMb(state, 1000, true)).toBeCloseTo(1000 + OURS_MB + 2.2, 6);
});

test('the speech model fits below critical, voice detection below warning', () => {
  expect(fitsOnCard(state, 3499 - OURS_MB)).toBe(true);
  expect(fitsOnCard(state, 3500 - OURS_MB)).toBe(false);
  expect(fitsVoice(state, 3197 - OURS_MB)).toBe(true);
  expect(fitsVoice(state, 3198 - OURS_MB)).toBe(false);
  expect(fitsOnCard({ ...state, card: null }, 0)).toBe(false);
});

test('others are taken at their worst within the window', () => {
  const seen = recordOthers(recordOthers(EMPTY_WINDOW, 1, 900, 30), 2, 400, 30);
  expect(worstOthers({ ...state, others: seen, knownOthersMb: 400 })).toBe(900);
});
