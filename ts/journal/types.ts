import type { Problem } from '../domain/problem.js';
import type { PendingReason, UtteranceState } from '../domain/state.js';
import type { Disk } from './disk.js';

/** An utterance that was found at start: its state is the one that the last run left it in. */
export interface JournalUtterance {
  readonly id: number;
  readonly recording: number;
  /** Samples of the recording, `toSample` exclusive. */
  readonly fromSample: number;
  readonly toSample: number;
  readonly state: UtteranceState;
  /** Text as it was recognised, before the voice commands. */
  readonly text: string | null;
  readonly reason: PendingReason | null;
  readonly mayAlreadyBeTyped: boolean;
  /** Pieces of its text that are known to be typed. */
  readonly piecesDone: number;
  /** What was typed before it in the same sentence; null where nothing was. */
  readonly typedBefore: string | null;
  readonly atEpochS: number;
}

/** One line of `swictation pending --json`. `audio_path` is null until the recording is cut out. */
export interface PendingEntry {
  readonly id: number;
  readonly at_epoch_s: number;
  readonly seconds: number;
  readonly text: string | null;
  readonly reason: PendingReason;
  readonly may_already_be_typed: boolean;
  readonly pieces_done: number;
  /** The end of what was typed before it in the same sentence; left out where nothing was. */
  readonly typed_before?: string;
  readonly audio_path: string | null;
}

/** One line of `swictation pending --recent --json`: delivered, but not all of its speech became text. */
export interface RecentEntry extends Omit<PendingEntry, 'reason'> {
  readonly reason: 'speech_without_text';
}

/** Audio that was heard, but never became an utterance. `toSample` is exclusive. */
export interface AudioSpan {
  readonly recording: number;
  readonly fromSample: number;
  readonly toSample: number;
}

/** `goesOn`: it begins where an utterance ended that was delivered. */
export interface UnheardSpan extends AudioSpan {
  readonly goesOn: boolean;
}

/** What the last run left: nothing of it was delivered, all of `utterances` is pending by now. */
export interface Recovered {
  readonly utterances: readonly JournalUtterance[];
  readonly unsegmented: readonly UnheardSpan[];
  /** One line for each thing that was repaired. */
  readonly repaired: readonly string[];
}

export interface JournalStats {
  /** Bytes in the folder. */
  readonly bytes: number;
  /** Age of the oldest sample that is not flushed yet, 0 when all is on the disk. */
  readonly flushedBehindMs: number;
  /** False while the disk takes nothing: audio and states are in memory only. */
  readonly onDisk: boolean;
}

export interface JournalOptions {
  readonly dir: string;
  readonly quotaMb: number;
  /** 0: delivered audio and text are removed at once. */
  readonly keepDeliveredHours: number;
  /** How often sound is flushed (default 100 ms). */
  readonly flushMs?: number;
  /** How much sound one file takes (default 30 s). */
  readonly pieceSamples?: number;
  /** Default: the real one. */
  readonly disk?: Disk;
  onProblem(problem: Problem): void;
  nowEpochS(): number;
}

export interface OpenedJournal {
  readonly journal: Journal;
  readonly recovered: Recovered;
}

/**
 * Where every word is kept from the microphone to the keystroke. No method throws because of the disk:
 * what cannot be written stays in memory, is told through `onProblem` and is written when the disk is back.
 */
export interface Journal {
  beginRecording(): number;
  /** Takes over `pcm` (s16le, whole samples): the caller must not change it afterwards. */
  append(recording: number, pcm: Buffer): void;
  /** Also finds what is not on the disk yet. What is gone reads as silence. */
  read(recording: number, fromSample: number, toSample: number): Promise<Buffer>;
  /** Nothing below `belowSample` is needed any more, except by undelivered utterances. */
  release(recording: number, belowSample: number): void;
  /** No more `append`. Resolves when all of it is flushed. */
  endRecording(recording: number): Promise<void>;
  /** The id of the new utterance, unique across restarts. `typedBefore`: what was typed before it in the same sentence. */
  recorded(span: AudioSpan, typedBefore?: string): number;
  transcribed(id: number, text: string, info: { device: string; engine: string }): void;
  /** Durable when it resolves: only then may the first key be pressed. Rejects for a delivered utterance. */
  delivering(id: number): Promise<void>;
  /** `pieces` of the text are known to be typed. */
  progressed(id: number, pieces: number): void;
  /** `keepHours`: its audio stays that long in any case, since speech without text is left in it. */
  delivered(id: number, keepHours?: number): void;
  pending(id: number, reason: PendingReason): void;
  /**
   * Its text is in the clipboard, and the one before it no more. It counts as delivered for this run; the next one offers
   * it, because whoever held the clipboard may have ended with us.
   */
  copied(id: number): void;
  /** A person's decision to throw it away. Rejects for an unknown id. */
  drop(id: number): Promise<void>;
  list(): readonly PendingEntry[];
  /** As `list`, once each recording has its own file; on a failing disk those that can't have one have none. */
  offer(): Promise<readonly PendingEntry[]>;
  /** What was delivered with speech left out of its text and is still kept; the newest one last. */
  recent(): Promise<readonly RecentEntry[]>;
  /** The audio of an undelivered utterance, s16le. */
  readUtterance(id: number): Promise<Buffer>;
  /** Resolves when everything so far is flushed, cut out and cleaned up. */
  idle(): Promise<void>;
  close(): Promise<void>;
  stats(): JournalStats;
}
