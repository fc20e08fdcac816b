import type { TypedPiece } from '../../domain/keys.js';
import { CLIPBOARD } from '../../inject/sink.js';
import type { Focus } from '../../system/desktop/window/focus.js';
import type { Applied } from '../../voice/apply.js';
import type { Joint } from '../../voice/composer.js';
import type { OpenUtterance } from '../utterances/open-utterances.js';
import type { Outcome } from './delivery-queue.js';

/** What was typed of a sentence that may go on. */
export interface Begun {
  readonly joint: Joint;
  /** What still has to be typed where nothing follows: the engine's full stop, and the space behind an utterance. */
  readonly tail: readonly TypedPiece[];
  readonly session: number;
  /** The window that it was spoken into. */
  readonly spokenInto: Promise<Focus> | null;
}

/** Something is missing, or nobody knows up to where a part was typed: what follows keeps its distance. */
const TORN: Joint = { last: '?', glued: false, openQuotes: [] };
const SPACE: readonly TypedPiece[] = [textPiece(' ')];

function textPiece(text: string): TypedPiece {
  return { kind: 'text', text };
}

/** The sentence of which parts are typed already, while more of it may come; one at a time. */
export class OpenSentence {
  private begun: (Begun & { readonly utterance: number }) | null = null;
  /** The session whose last sentence was typed in part and has no space behind it. */
  private tornIn: number | null = null;

  /** What an utterance goes on from; null where it stands alone. */
  before({ goesOn, session }: Pick<OpenUtterance, 'goesOn' | 'session'>): Begun | null {
    return goesOn && this.begun?.session === session ? this.begun : null;
  }

  /** What an utterance that stands alone comes behind; null where nothing is left open. */
  gapBefore({ session }: Pick<OpenUtterance, 'session'>): Joint | null {
    return this.tornIn === session ? TORN : null;
  }

  /** What is left to be typed behind this utterance; null where something else was typed since. */
  tailOf(utterance: number): Begun | null {
    return this.begun?.utterance === utterance ? this.begun : null;
  }

  /** An utterance has been typed, or has not. `wasOpen`: as one that may be gone on from. */
  note(
    utterance: OpenUtterance,
    wasOpen: boolean,
    applied: Applied | null,
    outcome: Outcome,
  ): void {
    const before = this.before(utterance);
    this.begun = null;
    if (outcome.kind !== 'delivered') {
      this.breakOff(utterance, wasOpen, before, outcome);
      return;
    }
    this.tornIn = null;
    if (!wasOpen || outcome.by === CLIPBOARD) return;
    const { id, session, spokenInto } = utterance;
    if (applied === null || applied.pieces.length === 0) {
      if (before !== null) this.begun = { ...before, utterance: id };
      return;
    }
    const { joint, pieces, heldBack } = applied;
    const isKey = pieces.at(-1)?.kind === 'key' && heldBack === '';
    const tail = isKey ? [] : [textPiece(`${heldBack} `)];
    if (joint !== null) this.begun = { joint, tail, session, spokenInto, utterance: id };
  }

  /** A part was not typed, or nobody knows how far. */
  private breakOff(
    { id, session, spokenInto }: OpenUtterance,
    wasOpen: boolean,
    before: Begun | null,
    outcome: Outcome,
  ): void {
    const isInPart = outcome.kind === 'failed' && (outcome.uncertain || outcome.piecesDone > 0);
    if (!wasOpen) this.tornIn = before === null ? this.tornIn : session;
    else if (isInPart)
      this.begun = { joint: TORN, tail: SPACE, session, spokenInto, utterance: id };
    else if (before !== null) this.begun = { ...before, joint: TORN, utterance: id };
  }

  /** It is over, and its tail could not be typed. */
  tear(session: number): void {
    this.begun = null;
    this.tornIn = session;
  }

  /** The tail was typed, or something that does not belong to the sentence. */
  end(): void {
    this.begun = null;
    this.tornIn = null;
  }
}
