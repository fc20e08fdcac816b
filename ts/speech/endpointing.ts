/**
 * How long a pause must last before an utterance is taken as finished.
 *
 * `fixed` is the behaviour of older daemons: always the configured silence. `adaptive` waits less where the
 * sentence sounds finished and more where it does not, never less than the floor, never more than the
 * configured silence, which stays the ceiling. How the constants were found: bench/README.md, "Endpointing".
 */
export type Endpointing = 'fixed' | 'adaptive';

/** What the recogniser made of the audio up to the pause; null while nobody has looked. */
export interface Hypothesis {
  readonly text: string;
  /** The engine itself marked the end of a sentence; null where it gives no such mark. */
  readonly sentenceEnd: boolean | null;
  /** It ends in a spoken command that ends something: a full stop, a new line, a key. */
  readonly closes?: boolean;
  /** What comes next could still change how it is typed: the beginning of a command or of a number. */
  readonly unsettled?: boolean;
}

export interface PauseContext {
  readonly ceilingS: number;
  /** Speech in the utterance so far, pauses included. */
  readonly utteranceS: number;
  /** Lengths of the pauses inside sentences that this speaker made lately, seconds, newest last. */
  readonly innerPausesS: readonly number[];
  /** Voice probability of the newest frame of the pause, 0 to 1: it rises before a voice is heard again. */
  readonly probability: number;
  readonly hypothesis: Hypothesis | null;
}

/** Shorter pauses are breathing and plosives. */
export const PAUSE_FLOOR_S = 0.25;
/** Behind a spoken command nothing is open. */
const COMMAND_S = 0.3;
/**
 * Nothing speaks against an end. Three frames less than a third of the fixed default, so that a sentence's
 * pause-to-text is a third of what it was. Commas and semicolons of readers mostly stay below it.
 */
const FINISHED_S = 0.57;
/**
 * Nobody has looked at the words yet, so more is left to chance: 21 frames. Where an engine takes 0.35 s for a sentence
 * this is the usual wait, and the text then still comes within 0.8 s of the voice.
 */
const UNSEEN_S = 0.66;
/** One word or two that are no command: "however", "and", a name. */
const SHORT_S = 0.85;
/** The engine wrote no end (93 % of real ends have one), or the last word asks for another. */
const OPEN_S = 1.05;
/** Both: almost never an end. */
const WIDE_OPEN_S = 1.5;
const SHORT_UTTERANCE_S = 0.6;
/** A frame this probable may be the beginning of the next word: wait for it. */
const ONSET = 0.35;
/** A speaker's own rhythm may stretch the wait up to here: the text then still comes within 0.8 s. */
const OWN_PAUSE_LONGEST_S = 0.75;
const OWN_PAUSE_MARGIN_S = 0.12;
/** Pauses that are looked at, and how many it takes to know a speaker. */
const RECENT_PAUSES = 8;
const KNOWN_FROM = 3;
/** Recognition may start this late for somebody who pauses often: most guesses would be in vain. */
const LATEST_CANDIDATE_S = 0.4;
const GUESS_MARGIN_S = 0.08;

/** The engine hears that the sentence goes on: its last word is surer with a little more of the pause behind it. */
const EARLY_OPEN_S = 0.5;
/** "new" (pause) "line": so long a pause is still inside a command, with what an ear adds to both of its ends. */
const UNSETTLED_S = 0.85;

/** Words after which a sentence goes on: articles, prepositions, conjunctions, auxiliaries, possessives. */
const GOES_ON = new Set(
  (
    'a an the of to in on at by for from with without into onto over under between and or but nor so because ' +
    'although though if unless while when where which who whose that than as is are was were be been am has have ' +
    'had will would shall should can could may might must do does did not my your his her its our their this these ' +
    'those every very more most such mister missus miss doctor'
  ).split(' '),
);

/** Seconds of silence after which the utterance of `context` is finished. */
export function requiredPauseS(mode: Endpointing, context: PauseContext): number {
  if (mode === 'fixed' || context.probability >= ONSET) return context.ceilingS;
  return Math.min(context.ceilingS, Math.max(PAUSE_FLOOR_S, wantedPauseS(context)));
}

/**
 * Seconds of silence after which the words of `hypothesis` may be typed although the sentence may go on: as soon as
 * they are known, unless what comes next could change them, and not at a breath. Null: not before the sentence is over.
 */
export function earlyPauseS({ probability, hypothesis }: PauseContext): number | null {
  if (hypothesis === null || hypothesis.unsettled === true || probability >= ONSET) return null;
  return endsOpen(hypothesis.text) || hypothesis.sentenceEnd === false
    ? EARLY_OPEN_S
    : PAUSE_FLOOR_S;
}

/** Seconds of silence after which it is worth while to recognise what was said so far. */
export function candidatePauseS(innerPausesS: readonly number[], earliestS: number): number {
  const usualS = ownPauseS(innerPausesS, 0.75) + GUESS_MARGIN_S;
  return Math.max(earliestS, Math.min(LATEST_CANDIDATE_S, usualS));
}

function wantedPauseS(context: PauseContext): number {
  const { hypothesis } = context;
  if (hypothesis?.closes === true) return COMMAND_S;
  const ownS = ownPauseS(context.innerPausesS, 1) + OWN_PAUSE_MARGIN_S;
  const wordsS = hypothesis === null ? UNSEEN_S : openness(hypothesis);
  const shortS = context.utteranceS < SHORT_UTTERANCE_S ? SHORT_S : 0;
  const unsettledS = hypothesis?.unsettled === true ? UNSETTLED_S : 0;
  return Math.max(wordsS, shortS, unsettledS, Math.min(OWN_PAUSE_LONGEST_S, ownS));
}

function openness({ text, sentenceEnd }: Hypothesis): number {
  const isOpen = endsOpen(text);
  if (isOpen && sentenceEnd === false) return WIDE_OPEN_S;
  return isOpen || sentenceEnd === false ? OPEN_S : FINISHED_S;
}

/** This share of the speaker's pauses is not longer; 0 while too little is known. */
function ownPauseS(innerPausesS: readonly number[], share: number): number {
  const recent = innerPausesS.slice(-RECENT_PAUSES);
  if (recent.length < KNOWN_FROM) return 0;
  const sorted = [...recent].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
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
