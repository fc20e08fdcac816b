import type { CardSample } from '../../domain/memory.js';
import { isDue } from '../state/deadlines.js';
import { isCardBusy, isCardWanted } from '../state/idle.js';
import { recordOthers } from '../state/others-window.js';
import { LOST_S, SAMPLE_LONGEST_S, SAMPLE_SHORTEST_S, WINDOWS_S } from '../state/settings.js';
import { type Figures, readSample } from '../state/signal.js';
import type { CardFacts, PolicyState, Pressure } from '../state/state.js';
import { type Draft, decideOn, type Turn } from '../state/turn.js';
import { emptyCache } from './empty-cache.js';
import { compareLevels, stepPressure, thresholdsFor } from './levels.js';

/** While the breaker is open the card is only looked at now and then. */
const REST_INTERVAL_S = 5;
/** The cache is not emptied again within this time on account of pressure. */
const TRIM_SPACING_S = 10;

/** Takes a measurement in: figures, the record of what others hold, the level. Tells the pressure before it. */
export function takeSample(turn: Turn, sample: CardSample): Pressure {
  const { draft } = turn;
  const figures = readSample(sample, draft.atS, draft.figures);
  draft.figures = figures;
  draft.asleep = false;
  draft.sampling = { nextS: draft.atS + intervalFor(draft, figures), askedS: null, failures: 0 };
  if (figures.measured || draft.gpu.kind === 'none') {
    draft.knownOthersMb = figures.othersMb;
    draft.others = recordOthers(draft.others, draft.atS, figures.othersMb, draft.settings.relaxS);
  }
  const before = draft.pressure;
  if (draft.card === null) return before;
  if (draft.card.guessed === true) draft.card = sizeOf(draft, sample.totalMb);
  measureSpeechModel(draft, figures);
  const { thresholds } = draft.card;
  draft.pressure = stepPressure(before, figures, thresholds, draft.settings.relaxS);
  return before;
}

/** A card that slept when it was looked for tells its size with the first measurement. */
function sizeOf(draft: Draft, totalMb: number): CardFacts {
  const thresholds = thresholdsFor(totalMb, draft.settings.thresholds);
  return { totalMb, thresholds };
}

/** Once in each worker, at the first look at it at rest: what lives there is the model, and voice detection beside it. */
function measureSpeechModel(draft: Draft, figures: Figures): void {
  const { gpu, stt, vad, settings } = draft;
  if (!figures.measured || gpu.kind !== 'ready' || gpu.generation === draft.sttMeasuredIn) return;
  if (stt.device !== 'cuda' || stt.moving !== null || vad.moving !== null || isCardBusy(draft))
    return;
  const vadMb = vad.device === 'cuda' ? settings.vadMb : 0;
  draft.sttMeasuredIn = gpu.generation;
  if (figures.activeMb > vadMb) draft.sttMb = figures.activeMb - vadMb;
}

/** A measurement failed: the next one follows at leisure. */
export function missSample(turn: Turn): void {
  const { draft } = turn;
  const { failures } = draft.sampling;
  draft.asleep = false;
  const waitS = draft.breaker.kind === 'closed' ? SAMPLE_LONGEST_S : REST_INTERVAL_S;
  draft.sampling = { nextS: draft.atS + waitS, askedS: null, failures: failures + 1 };
}

/** Nobody uses the card and nothing is known of it; the next look costs nothing and wakes nobody. */
export function restSampling(turn: Turn): void {
  const { draft } = turn;
  draft.asleep = true;
  draft.figures = null;
  draft.knownOthersMb = null;
  draft.sampling = { nextS: draft.atS + REST_INTERVAL_S, askedS: null, failures: 0 };
}

/** Says that the pressure has risen, once for each level entered. */
export function announcePressure(turn: Turn, before: Pressure): void {
  const { level } = turn.draft.pressure;
  if (compareLevels(level, before.level) <= 0) return;
  const projected = before.rising === null ? ', projected from how fast it fills' : '';
  decideOn(turn, { kind: 'warn', level }, `the card is at ${level}${projected}`);
  if (compareLevels(level, 'critical') >= 0 && compareLevels(before.level, 'critical') < 0) {
    decideOn(turn, { kind: 'shorten_window', seconds: WINDOWS_S[1] }, 'to need less at once');
  }
}

/** Gives our cache back under pressure, when that is worth it and nothing is running. */
export function trimCache(turn: Turn): void {
  const { draft } = turn;
  const { trimmedS, gpu, pressure, settings, figures } = draft;
  if (figures === null || pressure.level === 'normal' || gpu.kind !== 'ready' || isCardBusy(draft))
    return;
  if (figures.reclaimableMb < settings.minReclaimMb) return;
  if (trimmedS !== null && draft.atS - trimmedS < TRIM_SPACING_S) return;
  const reason = `${figures.reclaimableMb.toFixed(0)} MB of our cache can be given back`;
  emptyCache(turn, gpu.generation, reason);
}

/** Asks for the measurement that is due: for an utterance at once, otherwise by the interval. */
export function settleSampling(turn: Turn): void {
  const { draft } = turn;
  const { sampling } = draft;
  if (!isSamplingWanted(draft)) {
    if (sampling.nextS !== null) draft.sampling = { ...sampling, nextS: null };
    return;
  }
  if (sampling.askedS !== null && draft.atS - sampling.askedS < LOST_S) return;
  const kind = draft.job?.stage.kind;
  const urgent = kind === 'measuring' || kind === 'judging';
  if (!urgent && sampling.nextS !== null && !isDue(sampling.nextS, draft.atS)) return;
  const failures = sampling.failures + (sampling.askedS === null ? 0 : 1);
  draft.sampling = { nextS: draft.atS + LOST_S, askedS: draft.atS, failures };
  decideOn(turn, { kind: 'sample' }, urgent ? 'before a transcription' : 'the interval is over');
}

/** Makes the next measurement due now. */
export function hurrySample(turn: Turn): void {
  const { sampling, atS } = turn.draft;
  if (sampling.nextS === null || sampling.nextS > atS) {
    turn.draft.sampling = { ...sampling, nextS: atS };
  }
}

function isSamplingWanted(state: PolicyState): boolean {
  if (state.card === null || state.suspended || state.breaker.kind === 'isolated') return false;
  if (state.gpu.kind !== 'none') return true;
  return state.stt.wish !== 'cpu' && !state.resting && !state.modelAbsent && !isWaitLong(state);
}

/** Nothing can follow from a measurement before the breaker's time has come. */
function isWaitLong({ breaker, atS }: PolicyState): boolean {
  return breaker.kind === 'open' && !isDue(breaker.untilS, atS);
}

/** interval = headroom to the next threshold / fill rate, 0.1 to 1 s. */
function intervalFor(state: PolicyState, figures: Figures): number {
  const alive = state.gpu.kind === 'ready' || state.gpu.kind === 'loading';
  if (!alive && !isCardWanted(state)) return REST_INTERVAL_S;
  if (state.pressure.rising !== null) return SAMPLE_SHORTEST_S;
  if (figures.fillMbPerS <= 1 || state.card === null) return SAMPLE_LONGEST_S;
  const { warningMb, criticalMb, emergencyMb } = state.card.thresholds;
  const next = [warningMb, criticalMb, emergencyMb].find((mb) => mb > figures.usedMb);
  if (next === undefined) return SAMPLE_LONGEST_S;
  const seconds = (next - figures.usedMb) / figures.fillMbPerS;
  return Math.min(SAMPLE_LONGEST_S, Math.max(SAMPLE_SHORTEST_S, seconds));
}
