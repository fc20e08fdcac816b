import { FRAME_SAMPLES } from '../../domain/units.js';
import type { SegmenterSettings } from '../../speech/marks.js';
import type { Stretch } from '../../speech/pcm.js';
import { type Segmenter, startSegmenter } from '../../speech/segmenter-state.js';
import { type VoicedStretch, voicedWithin } from '../../speech/voiced.js';
import type { Focus } from '../../system/desktop/window/focus.js';
import { type EarLevel, UNHEARD } from './ear-level.js';

/** Stretches of speech that are remembered of a take: many more than the longest utterance has. */
const KEPT_STRETCHES = 4_096;

/** An utterance whose sound and words are the context of the next one. Samples of the recording. */
export interface Said {
  readonly fromSample: number;
  readonly voiceEndSample: number;
  readonly text: string;
  readonly written: string | undefined;
}

/** One press of the key to the next: a recording and how far the ear has got with it. */
export interface Take {
  readonly recording: number;
  readonly session: number;
  /** First sample that belongs to this take; more than 0 only for what a killed daemon left. */
  readonly firstSample: number;
  /** Samples in the journal so far. */
  heardSamples: number;
  /** When the last of them came in, monotonic seconds. */
  heardAtS: number;
  /** Samples that have their voice probability. */
  scoredSamples: number;
  /** No more samples will come. */
  ended: boolean;
  segmenter: Segmenter;
  /** The voice-activity model's state after `scoredSamples`, opaque. */
  earState: Buffer | null;
  /** How loud it was up to `scoredSamples`. */
  earLevel: EarLevel;
  /** The utterance guessed at the pause that lasts now. */
  candidate: number | null;
  /** What the daemon that was killed had typed of the sentence that it begins in. */
  goesOnFrom: string | null;
  /** The utterances that were said one shortly behind the other up to now, oldest first; those with a text. */
  said: readonly Said[];
  /** The last of them where more may follow in the same sentence. */
  openUtterance: number | null;
  /** The window that had the focus when the pause began that lasts now. */
  spokenInto: Promise<Focus> | null;
  /** Frame from which on new speech counts for the next look at it while it lasts. */
  lookedFrame: number;
  /** Frames of speech, joined, in samples from the start of the take. */
  readonly voiced: Stretch[];
  /** Set when the text must not be typed: cancelled, or left over from an earlier run. */
  hold: 'cancelled' | 'daemon_restarted' | null;
  /** Offsets of the sources that were played into it, for reports on files. */
  readonly startedS: number;
}

/** A take at its beginning. */
export function beginTake(
  fields: Pick<Take, 'recording' | 'session' | 'startedS' | 'hold'> & { firstSample?: number },
  settings: SegmenterSettings,
): Take {
  const firstSample = fields.firstSample ?? 0;
  return {
    ...fields,
    firstSample,
    heardSamples: firstSample,
    heardAtS: fields.startedS,
    scoredSamples: firstSample,
    ended: false,
    segmenter: startSegmenter(settings),
    earState: null,
    earLevel: UNHEARD,
    candidate: null,
    goesOnFrom: null,
    said: [],
    openUtterance: null,
    spokenInto: null,
    lookedFrame: 0,
    voiced: [],
  };
}

/** Frames that wait for the ear; a torn last frame of an ended take counts as one. */
export function waitingFrames(take: Take): number {
  const samples = take.heardSamples - take.scoredSamples;
  return take.ended ? Math.ceil(samples / FRAME_SAMPLES) : Math.floor(samples / FRAME_SAMPLES);
}

/** Everything was heard, scored and cut. */
export function isScored(take: Take): boolean {
  return take.ended && take.scoredSamples >= take.heardSamples;
}

/** A stretch as the segmenter counts, from the start of the take, as the journal counts: from the recording's. */
export function stretchOf(take: Take, stretch: Stretch): { readonly recording: number } & Stretch {
  return {
    recording: take.recording,
    fromSample: inJournal(take, stretch.fromSample),
    toSample: Math.min(take.heardSamples, inJournal(take, stretch.toSample)),
  };
}

/** A frame is speech. */
export function noteVoiced(take: Take, frame: number): void {
  const { voiced } = take;
  const fromSample = frame * FRAME_SAMPLES;
  const toSample = fromSample + FRAME_SAMPLES;
  const last = voiced.at(-1);
  if (last?.toSample === fromSample) voiced[voiced.length - 1] = { ...last, toSample };
  else voiced.push({ fromSample, toSample });
  if (voiced.length > 2 * KEPT_STRETCHES) voiced.splice(0, KEPT_STRETCHES);
}

/** Speech in audio of this take, as the ear heard it. */
export function voicedIn(take: Take, { fromSample, toSample }: Stretch): readonly VoicedStretch[] {
  const { firstSample, voiced } = take;
  const stretch = { fromSample: fromSample - firstSample, toSample: toSample - firstSample };
  return voicedWithin(voiced, stretch);
}

/** A sample as the segmenter counts, as the journal counts. */
export function inJournal(take: Take, sample: number): number {
  return take.firstSample + sample;
}
