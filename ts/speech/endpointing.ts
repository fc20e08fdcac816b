/**
 * How long a pause must last before an utterance is taken as finished.
 *
 * `fixed` is the behaviour of older daemons: always the configured silence. `adaptive` waits less where the
 * sentence sounds finished and more where it does not, never less than the floor, never more than the
 * configured silence, which stays the ceiling.
 */
export type Endpointing = 'fixed' | 'adaptive';

/** What the recogniser made of the audio up to the pause; null while nobody has looked. */
export interface Hypothesis {
  readonly text: string;
  /** The engine itself marked the end of a sentence; null where it gives no such mark. */
  readonly sentenceEnd: boolean | null;
}

export interface PauseContext {
  readonly ceilingS: number;
  /** Speech in the utterance so far, pauses included. */
  readonly utteranceS: number;
  /** Lengths of the pauses inside sentences that this speaker made lately, seconds, newest last. */
  readonly innerPausesS: readonly number[];
  /** Mean voice probability over the last frames before the pause, 0 to 1: a trailing voice falls slowly. */
  readonly lastProbability: number;
  readonly hypothesis: Hypothesis | null;
}

/** Shorter pauses are breathing and plosives. */
export const PAUSE_FLOOR_S = 0.25;
/** Without any hint: just above the within-sentence pauses of read speech (median 0.3-0.5 s). */
const UNDECIDED_S = 0.6;
const FINISHED_S = 0.42;
const UNFINISHED_S = 1.1;
/** A speaker who pauses long inside sentences gets this much more than the longest of the recent pauses. */
const OWN_PAUSE_MARGIN_S = 0.12;

/** Words after which a sentence goes on: articles, prepositions, conjunctions, auxiliaries, possessives. */
const GOES_ON = new Set(
  (
    'a an the of to in on at by for from with without into onto over under between and or but nor so because ' +
    'although though if unless while when where which who whose that than as is are was were be been am has have ' +
    'had will would shall should can could may might must do does did not my your his her its our their this these ' +
    'those very more most such mister missus miss doctor'
  ).split(' '),
);

/** Seconds of silence after which the utterance of `context` is finished. */
export function requiredPauseS(mode: Endpointing, context: PauseContext): number {
  if (mode === 'fixed') return context.ceilingS;
  const wanted = Math.max(basePauseS(context), ownPauseS(context));
  return Math.min(context.ceilingS, Math.max(PAUSE_FLOOR_S, wanted));
}

function basePauseS(context: PauseContext): number {
  const { hypothesis } = context;
  if (hypothesis === null) return UNDECIDED_S;
  if (endsOpen(hypothesis.text)) return UNFINISHED_S;
  if (hypothesis.sentenceEnd === true) return FINISHED_S;
  if (hypothesis.sentenceEnd === false) return UNFINISHED_S;
  return UNDECIDED_S;
}

/** A speaker's own rhythm: somebody who hesitates for 0.8 s inside sentences is not cut at 0.7 s. */
function ownPauseS(context: PauseContext): number {
  const recent = context.innerPausesS.slice(-8);
  if (recent.length < 3) return 0;
  const sorted = [...recent].sort((a, b) => a - b);
  const upper = sorted[Math.floor((sorted.length - 1) * 0.75)] ?? 0;
  const finished = context.hypothesis?.sentenceEnd === true;
  return finished ? 0 : upper + OWN_PAUSE_MARGIN_S;
}

/** Whether the last word asks for another one. One-word texts are taken as commands and never do. */
function endsOpen(text: string): boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const last = words.at(-1);
  return last !== undefined && words.length > 1 && GOES_ON.has(last);
}
