import { splitWords } from '../../voice/characters.js';
import { textBehind } from '../../voice/text-behind.js';
import type { Transcript } from './open-utterances.js';

/** What was heard of speech that goes on, up to a frame of the take. */
export interface Look {
  readonly frame: number;
  readonly transcript: Transcript;
}

/** So many looks back are compared. */
const KEPT = 5;

/**
 * Words that are certain while a sentence is still spoken: all words of an earlier look, once a later one, which heard
 * more, begins with the same and goes on (the local agreement of streaming recognisers: Liu and others, Interspeech 2020;
 * Macháček and others, "Turning Whisper into Real-Time Transcription System", 2023). Only whole looks agree, so that the
 * sound of the words that are typed ends where the look ended.
 */
export class Agreement {
  private looks: readonly Look[] = [];
  private fromSample = -1;

  /** A look at sound that begins at this sample. Answers the longest earlier one that it agrees with, or null. */
  add(fromSample: number, look: Look, isSettled: (text: string) => boolean): Look | null {
    if (fromSample !== this.fromSample) this.looks = [];
    this.fromSample = fromSample;
    const words = wordsOf(look.transcript.text);
    const agreed = this.looks.findLast(
      ({ transcript }) => goesOnFrom(wordsOf(transcript.text), words) && isSettled(transcript.text),
    );
    this.looks = [...this.looks, look].slice(-KEPT);
    return agreed ?? null;
  }

  /** The look's words were cut off; those behind them are what is left of later looks. */
  cutOff({ frame, transcript }: Look, fromSample: number): void {
    const rest = this.looks.filter((look) => look.frame > frame);
    this.looks = rest.map((look) => ({ ...look, transcript: behind(transcript, look.transcript) }));
    this.fromSample = fromSample;
  }
}

function behind(known: Transcript, heard: Transcript): Transcript {
  const { text } = textBehind(known.text, heard.text);
  const written =
    known.written === undefined || heard.written === undefined
      ? undefined
      : textBehind(known.written, heard.written).text;
  return { ...heard, text, written };
}

function goesOnFrom(earlier: readonly string[], later: readonly string[]): boolean {
  return (
    earlier.length > 0 &&
    later.length > earlier.length &&
    earlier.every((word, at) => word === later[at])
  );
}

function wordsOf(text: string): readonly string[] {
  return splitWords(text.toLowerCase());
}
