import { FRAME_SAMPLES, FRAME_SECONDS, secondsToSamples } from '../domain/units.js';
import {
  candidatePauseS,
  type Endpointing,
  type Hypothesis,
  requiredPauseS,
} from './endpointing.js';
import { quietestCut } from './long-speech.js';
import type { Stretch } from './pcm.js';

/** How speech is cut into utterances. Seconds, and probabilities from 0 to 1. */
export interface SegmenterSettings {
  /** A frame at or above it is speech. */
  readonly threshold: number;
  /** Once speech has begun, a frame must fall below it to count as silence. */
  readonly releaseThreshold: number;
  readonly endpointing: Endpointing;
  /** Ceiling of the pause that ends an utterance. */
  readonly silenceDurationS: number;
  /** Kept before the first speech frame. */
  readonly preRollS: number;
  /** Kept after the last speech frame; also the pause at which a candidate is announced. */
  readonly postRollS: number;
  /** Less speech than this in all is a click, not a word. */
  readonly minSpeechS: number;
  /** Speech without a pause is cut at its quietest place when it gets this long. */
  readonly maxUtteranceS: number;
}

/** What the segmenter found out; positions are samples from the start of the recording. */
export type Mark =
  | { readonly kind: 'voice'; readonly active: boolean }
  /** A pause that might end the utterance: recognition may start on this stretch. */
  | ({ readonly kind: 'candidate' } & Stretch)
  /** The speaker went on: the candidate is void. */
  | { readonly kind: 'resumed' }
  /** `speechEndSample`: where the voice stopped, for the delay that a person feels. */
  | ({ readonly kind: 'utterance'; readonly speechEndSample: number } & Stretch)
  /** Nothing below this sample can become part of a later utterance. */
  | { readonly kind: 'released'; readonly belowSample: number };

/** Whether, with this mark, somebody who spoke has stopped, if only for a moment. */
export function endsSpeech(mark: Mark): boolean {
  if (mark.kind === 'voice') return !mark.active;
  return mark.kind === 'candidate' || mark.kind === 'utterance';
}

export interface Segmenter {
  readonly settings: SegmenterSettings;
  /** Frames consumed so far. */
  readonly frame: number;
  /** End of the last utterance: the next one never reaches below it. */
  readonly floorSample: number;
  readonly innerPausesS: readonly number[];
  /** First frame after the voice of the last utterance; null before the first one. */
  readonly voiceEndFrame: number | null;
  readonly phase: Phase;
}

type Phase =
  | { readonly kind: 'silence' }
  | { readonly kind: 'speech'; readonly speech: Speech }
  | { readonly kind: 'pause'; readonly speech: Speech; readonly pause: Pause };

export interface Speech {
  readonly startFrame: number;
  readonly speechFrames: number;
  /** First frame after the last speech frame. */
  readonly endFrame: number;
  readonly probabilities: readonly number[];
}

interface Pause {
  readonly announced: boolean;
  readonly hypothesis: Hypothesis | null;
}

export interface Step {
  readonly segmenter: Segmenter;
  readonly marks: readonly Mark[];
}

/** A segmenter at the start of a recording. */
export function startSegmenter(settings: SegmenterSettings): Segmenter {
  return {
    settings,
    frame: 0,
    floorSample: 0,
    innerPausesS: [],
    voiceEndFrame: null,
    phase: { kind: 'silence' },
  };
}

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
  if (phase.kind === 'silence') return { segmenter, marks: [released(endSample)] };
  const step = closeUtterance(segmenter, phase.speech, endSample);
  return { segmenter: step.segmenter, marks: [...step.marks, released(endSample)] };
}

function inSilence(next: Segmenter, probability: number): Step {
  const { settings } = next;
  if (probability < settings.threshold) {
    return { segmenter: next, marks: releaseEachSecond(next) };
  }
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

function inSpeech(next: Segmenter, speech: Speech, probability: number): Step {
  const longer = { ...speech, probabilities: [...speech.probabilities, probability] };
  if (probability >= next.settings.releaseThreshold) return keepSpeaking(next, longer, []);
  const pause = { announced: false, hypothesis: null };
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
    return keepSpeaking(resumed, longer, pause.announced ? [{ kind: 'resumed' }] : []);
  }
  const announce = !pause.announced && pausedSeconds(next, speech) >= announcedAfterS(next);
  if (announce && isClick(next, speech)) return dropClick(next);
  const now = { ...pause, announced: pause.announced || announce };
  const paused: Segmenter = { ...next, phase: { kind: 'pause', speech: longer, pause: now } };
  const marks: Mark[] = announce ? [candidate(next, speech)] : [];
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
  if (!pause.announced) return { segmenter, marks: [] };
  const { settings } = segmenter;
  const needed = requiredPauseS(settings.endpointing, {
    ceilingS: settings.silenceDurationS,
    utteranceS: (speech.endFrame - speech.startFrame) * FRAME_SECONDS,
    innerPausesS: segmenter.innerPausesS,
    probability: speech.probabilities.at(-1) ?? 0,
    hypothesis: pause.hypothesis,
  });
  if (pausedSeconds(segmenter, speech) < needed) return { segmenter, marks: [] };
  return closeUtterance(segmenter, speech, segmenter.frame * FRAME_SAMPLES);
}

function closeUtterance(segmenter: Segmenter, speech: Speech, limitSample: number): Step {
  const stretch = utteranceStretch(segmenter, speech, limitSample);
  const silent: Segmenter = {
    ...segmenter,
    floorSample: stretch.toSample,
    voiceEndFrame: speech.endFrame,
    phase: { kind: 'silence' },
  };
  const speechEndSample = Math.min(speech.endFrame * FRAME_SAMPLES, stretch.toSample);
  return {
    segmenter: silent,
    marks: [
      { kind: 'utterance', ...stretch, speechEndSample },
      { kind: 'voice', active: false },
    ],
  };
}

function cutLongSpeech(segmenter: Segmenter, speech: Speech): Step {
  const cutFrame = speech.startFrame + quietestCut(speech.probabilities);
  const cutSample = cutFrame * FRAME_SAMPLES;
  const fromSample = utteranceStart(segmenter, speech);
  const rest: Speech = {
    startFrame: cutFrame,
    speechFrames: speech.endFrame - cutFrame,
    endFrame: speech.endFrame,
    probabilities: speech.probabilities.slice(cutFrame - speech.startFrame),
  };
  return {
    segmenter: {
      ...segmenter,
      floorSample: cutSample,
      phase: { kind: 'speech', speech: rest },
    },
    marks: [{ kind: 'utterance', fromSample, toSample: cutSample, speechEndSample: cutSample }],
  };
}

function dropClick(next: Segmenter): Step {
  const silent: Segmenter = { ...next, phase: { kind: 'silence' } };
  return { segmenter: silent, marks: [{ kind: 'voice', active: false }] };
}

function isClick(segmenter: Segmenter, speech: Speech): boolean {
  return speech.speechFrames * FRAME_SECONDS < segmenter.settings.minSpeechS;
}

function candidate(segmenter: Segmenter, speech: Speech): Mark {
  const limit = segmenter.frame * FRAME_SAMPLES;
  return { kind: 'candidate', ...utteranceStretch(segmenter, speech, limit) };
}

function utteranceStretch(segmenter: Segmenter, speech: Speech, limitSample: number): Stretch {
  const wanted = speech.endFrame * FRAME_SAMPLES + secondsToSamples(segmenter.settings.postRollS);
  return {
    fromSample: utteranceStart(segmenter, speech),
    toSample: Math.min(limitSample, wanted),
  };
}

/** First sample of the utterance that this speech becomes part of. */
export function utteranceStart(segmenter: Segmenter, speech: Speech): number {
  const wanted = speech.startFrame * FRAME_SAMPLES - secondsToSamples(segmenter.settings.preRollS);
  return Math.max(segmenter.floorSample, wanted, 0);
}

function pausedSeconds(segmenter: Segmenter, speech: Speech): number {
  return (segmenter.frame - speech.endFrame) * FRAME_SECONDS;
}

/** When a candidate is announced; a speaker who pauses often is given longer, see endpointing.ts. */
function announcedAfterS({ settings, innerPausesS }: Segmenter): number {
  const { endpointing, postRollS, silenceDurationS } = settings;
  if (endpointing === 'fixed') return postRollS;
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

function releaseEachSecond(segmenter: Segmenter): readonly Mark[] {
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
