import { FRAME_SAMPLES, FRAME_SECONDS, secondsToSamples } from '../domain/units.js';
import {
  candidatePauseS,
  earlyPauseS,
  type Hypothesis,
  PAUSE_FLOOR_S,
  requiredPauseS,
} from './endpointing.js';
import { quietestCut } from './long-speech.js';
import type { Mark } from './marks.js';
import {
  type Pause,
  pausedSeconds,
  type Segmenter,
  type Speech,
  type Step,
  utteranceStart,
  utteranceStretch,
} from './segmenter-state.js';

/** Takes the voice probability of the next 32 ms frame. */
export function hearFrame(segmenter: Segmenter, probability: number): Step {
  const next = { ...segmenter, frame: segmenter.frame + 1 };
  switch (segmenter.phase.kind) {
    case 'silence':
      return inSilence(next, probability);
    case 'speech':
      return inSpeech(next, segmenter.phase.speech, probability);
    case 'pause':
      return inPause(next, segmenter.phase.speech, segmenter.phase.pause, probability);
    default:
      return unreachable(segmenter.phase);
  }
}

/** The recogniser's opinion of the announced candidate; it may end the pause sooner or later. */
export function hearHypothesis(segmenter: Segmenter, hypothesis: Hypothesis): Step {
  const { phase } = segmenter;
  if (phase.kind !== 'pause') return { segmenter, marks: [] };
  const pause = { ...phase.pause, hypothesis };
  return closeIfDue({ ...segmenter, phase: { ...phase, pause } }, phase.speech, pause);
}

/** The recording ends here: what was begun becomes an utterance, however short the pause. */
export function flushSegmenter(segmenter: Segmenter, endSample: number): Step {
  const { phase } = segmenter;
  if (phase.kind === 'silence') return endOfSound(segmenter, [], endSample);
  const step = closeUtterance(segmenter, phase.speech, endSample, null);
  return endOfSound(step.segmenter, step.marks, endSample);
}

function endOfSound(segmenter: Segmenter, marks: readonly Mark[], endSample: number): Step {
  const rested: readonly Mark[] = segmenter.openUntilFrame === null ? [] : [{ kind: 'rested' }];
  return {
    segmenter: { ...segmenter, openUntilFrame: null },
    marks: [...marks, ...rested, released(endSample)],
  };
}

/** Cuts off what lies before this frame of speech that goes on; nothing where it does not. */
export function cutLive(segmenter: Segmenter, frame: number): Step {
  const { phase } = segmenter;
  if (phase.kind !== 'speech' || frame <= phase.speech.startFrame || frame >= segmenter.frame)
    return { segmenter, marks: [] };
  return cutSpeech(segmenter, phase.speech, frame);
}

function inSilence(next: Segmenter, probability: number): Step {
  const { settings } = next;
  if (probability < settings.threshold) return rest(next);
  const speech = {
    startFrame: next.frame - 1,
    speechFrames: 1,
    endFrame: next.frame,
    probabilities: [probability],
  };
  const innerPausesS = regretCut(next);
  return {
    segmenter: { ...next, innerPausesS, phase: { kind: 'speech', speech } },
    marks: [{ kind: 'voice', active: true }],
  };
}

/** What is open keeps its sound: it is heard again with what follows. */
function rest(next: Segmenter): Step {
  const { openUntilFrame, frame } = next;
  if (openUntilFrame === null) return { segmenter: next, marks: releaseEachSecond(next) };
  if (frame < openUntilFrame) return { segmenter: next, marks: [] };
  return { segmenter: { ...next, openUntilFrame: null }, marks: [{ kind: 'rested' }] };
}

function inSpeech(next: Segmenter, speech: Speech, probability: number): Step {
  const longer = { ...speech, probabilities: [...speech.probabilities, probability] };
  if (probability >= next.settings.releaseThreshold) return keepSpeaking(next, longer, []);
  const pause = { announced: 'not yet', hypothesis: null } as const;
  return {
    segmenter: { ...next, phase: { kind: 'pause', speech: longer, pause } },
    marks: [],
  };
}

function inPause(next: Segmenter, speech: Speech, pause: Pause, probability: number): Step {
  const longer = { ...speech, probabilities: [...speech.probabilities, probability] };
  if (probability >= next.settings.threshold) {
    const pausedS = (next.frame - 1 - speech.endFrame) * FRAME_SECONDS;
    const resumed = { ...next, innerPausesS: rememberPause(next.innerPausesS, pausedS) };
    const isVoid = pause.announced !== 'not yet';
    return keepSpeaking(resumed, longer, isVoid ? [{ kind: 'resumed' }] : []);
  }
  const announced = announcedAt(next, pause, pausedSeconds(next, speech));
  const announce = announced !== pause.announced;
  if (announce && isClick(next, speech)) return dropClick(next);
  const now = { ...pause, announced };
  const paused: Segmenter = { ...next, phase: { kind: 'pause', speech: longer, pause: now } };
  const marks: Mark[] = announce ? [candidate(next, speech, announced === 'again')] : [];
  const closed = closeIfDue(paused, longer, now);
  return { segmenter: closed.segmenter, marks: [...marks, ...closed.marks] };
}

function keepSpeaking(next: Segmenter, speech: Speech, marks: readonly Mark[]): Step {
  const grown = { ...speech, speechFrames: speech.speechFrames + 1, endFrame: next.frame };
  const seconds = (next.frame - speech.startFrame) * FRAME_SECONDS;
  const segmenter: Segmenter = { ...next, phase: { kind: 'speech', speech: grown } };
  if (seconds < next.settings.maxUtteranceS) return { segmenter, marks };
  const cut = cutLongSpeech(segmenter, grown);
  return { segmenter: cut.segmenter, marks: [...marks, ...cut.marks] };
}

function closeIfDue(segmenter: Segmenter, speech: Speech, pause: Pause): Step {
  if (pause.announced === 'not yet') return { segmenter, marks: [] };
  const { settings } = segmenter;
  const context = {
    ceilingS: settings.silenceDurationS,
    utteranceS: (speech.endFrame - speech.startFrame) * FRAME_SECONDS,
    innerPausesS: segmenter.innerPausesS,
    probability: speech.probabilities.at(-1) ?? 0,
    hypothesis: pause.hypothesis,
  };
  const pausedS = pausedSeconds(segmenter, speech);
  const neededS = requiredPauseS(settings.endpointing, context);
  const earlyS = settings.early ? earlyPauseS(context) : null;
  const limitSample = segmenter.frame * FRAME_SAMPLES;
  if (pausedS >= neededS) return closeUtterance(segmenter, speech, limitSample, null);
  if (earlyS === null || pausedS < earlyS) return { segmenter, marks: [] };
  const openUntilFrame = speech.endFrame + Math.ceil(neededS / FRAME_SECONDS);
  return closeUtterance(segmenter, speech, limitSample, openUntilFrame);
}

function closeUtterance(
  segmenter: Segmenter,
  speech: Speech,
  limitSample: number,
  openUntilFrame: number | null,
): Step {
  const stretch = utteranceStretch(segmenter, speech, limitSample);
  const silent: Segmenter = {
    ...segmenter,
    floorSample: stretch.toSample,
    voiceEndFrame: speech.endFrame,
    openUntilFrame,
    phase: { kind: 'silence' },
  };
  const speechEndSample = Math.min(speech.endFrame * FRAME_SAMPLES, stretch.toSample);
  const goesOn = segmenter.openUntilFrame !== null;
  const open = openUntilFrame !== null;
  return {
    segmenter: silent,
    marks: [
      { kind: 'utterance', ...stretch, speechEndSample, goesOn, open },
      { kind: 'voice', active: false },
    ],
  };
}

function cutLongSpeech(segmenter: Segmenter, speech: Speech): Step {
  return cutSpeech(segmenter, speech, speech.startFrame + quietestCut(speech.probabilities));
}

/** Cuts off what lies before a frame of speech that goes on. */
function cutSpeech(segmenter: Segmenter, speech: Speech, cutFrame: number): Step {
  const cutSample = cutFrame * FRAME_SAMPLES;
  const fromSample = utteranceStart(segmenter, speech);
  const rest: Speech = {
    startFrame: cutFrame,
    speechFrames: speech.endFrame - cutFrame,
    endFrame: speech.endFrame,
    probabilities: speech.probabilities.slice(cutFrame - speech.startFrame),
  };
  const open = segmenter.settings.early;
  const goesOn = segmenter.openUntilFrame !== null;
  return {
    segmenter: {
      ...segmenter,
      floorSample: cutSample,
      openUntilFrame: open ? segmenter.frame : null,
      phase: { kind: 'speech', speech: rest },
    },
    marks: [
      {
        kind: 'utterance',
        fromSample,
        toSample: cutSample,
        speechEndSample: cutSample,
        goesOn,
        open,
      },
    ],
  };
}

function dropClick(next: Segmenter): Step {
  const silent: Segmenter = { ...next, phase: { kind: 'silence' } };
  return { segmenter: silent, marks: [{ kind: 'voice', active: false }] };
}

function isClick(segmenter: Segmenter, speech: Speech): boolean {
  return speech.speechFrames * FRAME_SECONDS < segmenter.settings.minSpeechS;
}

function candidate(segmenter: Segmenter, speech: Speech, again: boolean): Mark {
  const limit = segmenter.frame * FRAME_SAMPLES;
  return { kind: 'candidate', again, ...utteranceStretch(segmenter, speech, limit) };
}

/** Whether this pause is, or was, worth a look; once more where the first one came at a pause that is hardly one. */
function announcedAt(next: Segmenter, { announced }: Pause, pausedS: number): Pause['announced'] {
  if (announced === 'not yet') return pausedS >= announcedAfterS(next) ? 'once' : announced;
  return next.settings.early && pausedS >= PAUSE_FLOOR_S ? 'again' : announced;
}

/** When a candidate is announced; a speaker who pauses often is given longer, see endpointing.ts. */
function announcedAfterS({ settings, innerPausesS }: Segmenter): number {
  const { endpointing, early, postRollS, silenceDurationS } = settings;
  if (endpointing === 'fixed' || early) return postRollS;
  return Math.min(silenceDurationS, candidatePauseS(innerPausesS, postRollS));
}

/** Speech so soon after an utterance was closed may belong to it: that pause is this speaker's own rhythm. */
const REGRET_S = 1;

function regretCut({ frame, voiceEndFrame, innerPausesS }: Segmenter): readonly number[] {
  if (voiceEndFrame === null) return innerPausesS;
  const pausedS = (frame - 1 - voiceEndFrame) * FRAME_SECONDS;
  return pausedS < REGRET_S ? rememberPause(innerPausesS, pausedS) : innerPausesS;
}

/** Only pauses that a listener would notice say anything about the speaker. */
function rememberPause(pauses: readonly number[], pausedS: number): readonly number[] {
  return pausedS < 0.15 ? pauses : [...pauses.slice(-15), pausedS];
}

const FRAMES_PER_RELEASE = 32;

/** So long the sound of words that were cut off early may be the context of others. */
const KEPT_S = 1.5;

function releaseEachSecond(segmenter: Segmenter): readonly Mark[] {
  const { settings, frame, voiceEndFrame } = segmenter;
  const isKept = voiceEndFrame !== null && (frame - voiceEndFrame) * FRAME_SECONDS < KEPT_S;
  if (settings.early && isKept) return [];
  if (segmenter.frame % FRAMES_PER_RELEASE !== 0) return [];
  const below = segmenter.frame * FRAME_SAMPLES - secondsToSamples(segmenter.settings.preRollS);
  return [released(Math.max(segmenter.floorSample, below, 0))];
}

function released(belowSample: number): Mark {
  return { kind: 'released', belowSample };
}

function unreachable(phase: never): never {
  throw new Error(`unknown phase ${JSON.stringify(phase)}`);
}
