import type { PendingReason, UtteranceState } from '../../domain/state.js';
import type { JournalRecord, UtteranceRecord } from './record.js';

/** An utterance as the journal knows it. A dropped one counts as delivered: nothing is left to do. */
export interface Utterance {
  readonly id: number;
  readonly recording: number;
  readonly from: number;
  readonly to: number;
  readonly at: number;
  state: UtteranceState;
  /** What was typed before it in the same sentence; null where nothing was. */
  after: string | null;
  text: string | null;
  device: string;
  engine: string;
  reason: PendingReason | null;
  /** It can't be known that none of it was typed. Once true, it stays true. */
  typed: boolean;
  pieces: number;
  dropped: boolean;
  deliveredAt: number | null;
  /** Hours for which its audio is kept after its delivery in any case: speech without text is left in it. */
  keepHours: number;
}

export interface RecordingState {
  readonly id: number;
  readonly at: number;
  released: number;
  ended: boolean;
}

/** The whole index in memory: what the records so far amount to. */
export interface JournalState {
  readonly utterances: Map<number, Utterance>;
  readonly recordings: Map<number, RecordingState>;
  nextUtterance: number;
  nextRecording: number;
}

export function emptyState(): JournalState {
  return { utterances: new Map(), recordings: new Map(), nextUtterance: 1, nextRecording: 1 };
}

/**
 * The one place where a state changes, for a record that is being written as for one that is read back.
 * False: the change is not allowed there (nothing leaves `delivered`), and nothing happened.
 */
export function applyRecord(state: JournalState, record: JournalRecord): boolean {
  switch (record.t) {
    case 'start':
      state.nextUtterance = Math.max(state.nextUtterance, record.utterance);
      state.nextRecording = Math.max(state.nextRecording, record.recording);
      return true;
    case 'recording':
      recordingOf(state, record.recording, record.at);
      return true;
    case 'released': {
      const recording = recordingOf(state, record.recording, 0);
      recording.released = Math.max(recording.released, record.below);
      return true;
    }
    case 'ended':
      recordingOf(state, record.recording, 0).ended = true;
      return true;
    default:
      return applyToUtterance(utteranceOf(state, record), record);
  }
}

/** The recording `id`, made known where it was not (its first record may be damaged). */
export function recordingOf(state: JournalState, id: number, at: number): RecordingState {
  const known = state.recordings.get(id);
  if (known !== undefined) return known;
  const recording = { id, at, released: 0, ended: false };
  state.recordings.set(id, recording);
  state.nextRecording = Math.max(state.nextRecording, id + 1);
  return recording;
}

function utteranceOf(state: JournalState, record: UtteranceRecord): Utterance {
  const known = state.utterances.get(record.id);
  if (known !== undefined) return known;
  const { id, recording, from, to, at } = record;
  recordingOf(state, recording, at);
  const utterance: Utterance = {
    ...{ id, recording, from, to, at },
    state: 'recorded',
    after: null,
    ...{ text: null, device: '', engine: '', reason: null, typed: false, pieces: 0 },
    ...{ dropped: false, deliveredAt: null, keepHours: 0 },
  };
  state.utterances.set(id, utterance);
  state.nextUtterance = Math.max(state.nextUtterance, id + 1);
  return utterance;
}

function applyToUtterance(utterance: Utterance, record: UtteranceRecord): boolean {
  if (utterance.state === 'delivered') return false;
  switch (record.t) {
    case 'recorded':
      utterance.after = record.after ?? utterance.after;
      return true;
    case 'transcribed':
      if (utterance.state === 'recorded') utterance.state = 'transcribed';
      utterance.text = record.text;
      utterance.device = record.device;
      utterance.engine = record.engine;
      return true;
    case 'delivering':
      if (utterance.state === 'delivering') return false;
      utterance.state = 'delivering';
      return true;
    case 'progressed':
      utterance.pieces = Math.max(utterance.pieces, record.pieces);
      return true;
    case 'pending':
      utterance.state = 'pending';
      utterance.reason = record.reason;
      utterance.typed ||= record.typed;
      return true;
    case 'delivered':
      utterance.state = 'delivered';
      utterance.deliveredAt = record.at;
      utterance.keepHours = record.keep_h ?? 0;
      return true;
    case 'dropped':
      utterance.state = 'delivered';
      utterance.dropped = true;
      utterance.text = null;
      return true;
    default:
      return record satisfies never;
  }
}
