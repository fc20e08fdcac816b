import { fitsOnCard, fitsVoice, latestOthers, worstOthers } from '../memory/forecast.js';
import { drivenAway, hasDwelled, keepsDistance } from '../memory/hysteresis.js';
import { compareLevels } from '../memory/levels.js';
import { hurrySample } from '../memory/sampling.js';
import { isDue } from '../state/deadlines.js';
import { isCardBusy, isCardWanted, isIdle } from '../state/idle.js';
import { coversSpan } from '../state/others-window.js';
import { SAMPLE_LONGEST_S, SILENCE_PATIENCE_S } from '../state/settings.js';
import type { Placement, PolicyState } from '../state/state.js';
import type { Draft, Turn } from '../state/turn.js';
import { endWorker, nextGpuStartS, startWorker } from '../workers/workers.js';
import { leaveVoiceOut, moveModel } from './moves.js';

/** Brings the models to where memory, faults and a person's wish allow them to be. */
export function settlePlacement(turn: Turn): void {
  const { draft } = turn;
  if (draft.card === null || draft.suspended) return;
  obeyWishes(turn);
  returnSpeech(turn);
  returnVoice(turn);
}

function obeyWishes(turn: Turn): void {
  const { draft } = turn;
  if (draft.vad.wish === 'cpu') {
    leaveVoiceOut(turn, WISH);
    if (isOnCard(draft.vad)) moveModel(turn, 'vad', 'cpu', WISH);
  }
  if (draft.stt.wish !== 'cpu' || isCardBusy(draft)) return;
  if (draft.gpu.kind === 'ready' && draft.stt.device === 'cuda') {
    moveModel(turn, 'stt', 'cpu', WISH);
  }
}

const WISH = 'a person wants it there';

/** On the card, or on the way to it. */
export function isOnCard(placement: Placement): boolean {
  return placement.device === 'cuda' || placement.moving?.to === 'cuda';
}

/** Starts a worker for the card, or places the model in the one that lives, when that may last. */
function returnSpeech(turn: Turn): void {
  const { draft } = turn;
  if (!isCardWanted(draft) || draft.stt.device === 'cuda' || draft.stt.moving !== null) return;
  if (draft.resting) return;
  if (draft.gpu.kind === 'loading' || draft.gpu.kind === 'ending') return;
  if (draft.gpu.kind === 'none' && !isDue(nextGpuStartS(draft), draft.atS)) return;
  if (isLeftAsleep(draft) || !isKnown(turn) || !mayReturn(draft)) return;
  if (draft.gpu.kind === 'none') {
    startWorker(turn, 'gpu', takesVoice(draft), whyReturn(draft));
    return;
  }
  moveModel(turn, 'stt', 'cuda', draft.stt.wish === 'cuda' ? WISH : whyReturn(draft));
}

/** A sleeping card is woken by someone who dictates, or who asked for it. */
function isLeftAsleep(state: PolicyState): boolean {
  return state.asleep && state.stt.wish !== 'cuda' && isIdle(state);
}

/** Figures of the last second, or the certainty that none can be had. */
export function isKnown(turn: Turn): boolean {
  const { figures, sampling, atS } = turn.draft;
  if (sampling.failures > 0 || turn.draft.asleep) return true;
  if (figures !== null && atS - figures.atS <= SAMPLE_LONGEST_S) return true;
  hurrySample(turn);
  return false;
}

/**
 * Room below critical: now, or after memory drove it out lastingly. The silence is waited for while the dwell still
 * runs, so that someone who dictates without a pause has the card back as soon as it is over.
 */
export function mayReturn(draft: Draft): boolean {
  const { stt, atS } = draft;
  if (!hasRoom(draft)) {
    noteNoRoom(draft);
    return false;
  }
  if (stt.wish === 'cuda') return keepsDistance(stt, atS);
  if (!stt.drivenOut) return true;
  return isSeenLongEnough(draft) && isQuietOrLate(draft, 'stt') && hasDwelled(stt, atS);
}

/** A model that memory drove out must have fitted over the whole window, unless a person wants it back. */
function hasRoom(draft: Draft): boolean {
  const { stt } = draft;
  const lasting = stt.drivenOut && stt.wish !== 'cuda';
  const othersMb = lasting ? worstOthers(draft) : latestOthers(draft);
  return isCalm(draft) && fitsOnCard(draft, othersMb);
}

/** The level of what the large model left behind says nothing about the smaller one that takes its place. */
function isCalm({ pressure, small, stt }: Draft): boolean {
  return (small && !stt.drivenOut) || compareLevels(pressure.level, 'critical') < 0;
}

function noteNoRoom(draft: Draft): void {
  if (draft.stt.drivenOut && draft.stt.dueSinceS === null) return;
  draft.stt = { ...draft.stt, drivenOut: true, dueSinceS: null };
}

function isSeenLongEnough(state: PolicyState): boolean {
  if (state.figures === null) return true;
  return coversSpan(state.others, state.atS, state.settings.relaxS);
}

/** A return waits for silence, but not for ever: someone may dictate without a pause. */
function isQuietOrLate(draft: Draft, model: 'stt' | 'vad'): boolean {
  const dueSinceS = draft[model].dueSinceS ?? draft.atS;
  if (draft[model].dueSinceS === null) draft[model] = { ...draft[model], dueSinceS };
  return isIdle(draft) || isDue(dueSinceS + SILENCE_PATIENCE_S, draft.atS);
}

function whyReturn(draft: Draft): string {
  if (draft.small) return 'the card has room for the smaller model only';
  return draft.stt.drivenOut ? 'the card has had room long enough' : 'the card has room';
}

/** Voice detection moves in together with a new worker where it may stay. */
function takesVoice(draft: Draft): boolean {
  if (draft.vad.wish === 'cpu' || !hasDwelled(draft.vad, draft.atS)) return false;
  return draft.pressure.level === 'normal' && fitsVoice(draft, worstOthers(draft));
}

function returnVoice(turn: Turn): void {
  const { draft } = turn;
  const { vad, gpu } = draft;
  if (gpu.kind !== 'ready' || vad.wish === 'cpu' || isOnCard(vad) || vad.moving !== null) return;
  if (draft.breaker.kind !== 'closed' || isCardBusy(draft)) return;
  if (vad.wish === 'cuda') {
    if (mayObeyVoice(draft)) moveModel(turn, 'vad', 'cuda', WISH);
  } else if (mayVoiceReturn(draft)) {
    moveModel(turn, 'vad', 'cuda', 'the card has had room long enough');
  }
}

function mayObeyVoice(draft: Draft): boolean {
  return (
    compareLevels(draft.pressure.level, 'critical') < 0 &&
    draft.figures !== null &&
    draft.figures.usedMb < (draft.card?.thresholds.criticalMb ?? 0) &&
    keepsDistance(draft.vad, draft.atS)
  );
}

function mayVoiceReturn(draft: Draft): boolean {
  const { vad, atS } = draft;
  if (!hasRoomForVoice(draft)) {
    if (vad.dueSinceS !== null) draft.vad = { ...vad, dueSinceS: null };
    return false;
  }
  const quiet = isQuietOrLate(draft, 'vad');
  return quiet && keepsDistance(vad, atS) && hasDwelled(vad, atS);
}

function hasRoomForVoice(draft: Draft): boolean {
  return (
    draft.pressure.level === 'normal' &&
    draft.figures !== null &&
    draft.stt.moving === null &&
    coversSpan(draft.others, draft.atS, draft.settings.relaxS) &&
    fitsVoice(draft, worstOthers(draft))
  );
}

/** Ends a worker that still holds what others need. */
export function yieldWorker(turn: Turn, reason: string): void {
  const { draft } = turn;
  endWorker(turn, 'gpu', true, reason);
  draft.stt = drivenAway(draft.stt, draft.atS, draft.settings);
}
