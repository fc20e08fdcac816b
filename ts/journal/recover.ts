import { statSync } from 'node:fs';
import { join } from 'node:path';
import { BYTES_PER_SAMPLE } from '../domain/units.js';
import { WAV_HEADER_BYTES } from '../protocol/wav.js';
import { findUnsegmented } from './audio/unsegmented.js';
import type { FolderContents } from './folder-reader.js';
import { applyRecord, type JournalState, type Utterance } from './index/state.js';
import { wavName } from './names.js';
import type { JournalUtterance, Recovered } from './types.js';

/**
 * Turns what the last run left into a state to go on from: everything undelivered waits for a person, and
 * what was being typed may already be typed. Where records are damaged, that holds for all of it.
 */
export function recover(dir: string, contents: FolderContents, nowEpochS: number): Recovered {
  const { state, log } = contents;
  const repaired = [...contents.unreadable];
  if (log.torn.length > 0) repaired.push(`index: cut off ${log.torn.length} bytes of a torn write`);
  if (log.damaged.length > 0) repaired.push(`index: skipped ${log.damaged.length} damaged records`);
  if (log.damaged.length > 0) distrustWatermarks(state);
  adoptOrphans(dir, contents, nowEpochS, repaired);
  dropSilent(contents, repaired);
  forgetPasted(state, nowEpochS);
  const utterances = undelivered(state).map((each) => offer(state, each, log.damaged.length > 0));
  const unsegmented = findUnsegmented(contents);
  closeRecordings(contents, new Set(unsegmented.map((span) => span.recording)));
  state.nextUtterance += log.damaged.length + (log.torn.length > 0 ? 1 : 0);
  return { utterances, unsegmented, repaired };
}

/** A damaged record may have been all that was known of an utterance: its sound is offered again. */
function distrustWatermarks(state: JournalState): void {
  for (const recording of state.recordings.values()) recording.released = 0;
}

/** Long enough for a week-end: by then a text that was copied has been pasted, or is not missed. */
const PASTED_WITHIN_S = 7 * 86_400;

function forgetPasted(state: JournalState, nowEpochS: number): void {
  for (const { id, recording, from, to, at, ...utterance } of undelivered(state)) {
    if (utterance.reason !== 'in_clipboard' || utterance.state !== 'pending') continue;
    if (nowEpochS - at < PASTED_WITHIN_S) continue;
    applyRecord(state, { t: 'delivered', id, recording, from, to, at });
  }
}

function undelivered(state: JournalState): readonly Utterance[] {
  const waiting = [...state.utterances.values()].filter((each) => each.state !== 'delivered');
  return waiting.sort((a, b) => a.id - b.id);
}

/** Says how it was found, and makes it pending. */
function offer(state: JournalState, utterance: Utterance, doubtful: boolean): JournalUtterance {
  const found = utterance.state;
  const typed = found === 'delivering' || doubtful;
  const { id, recording, from, to, at } = utterance;
  if (found !== 'pending' || doubtful) {
    const reason = typed ? 'may_already_be_typed' : 'daemon_restarted';
    applyRecord(state, { t: 'pending', id, recording, from, to, at, reason, typed });
  }
  return {
    ...{ id, recording, fromSample: from, toSample: to, state: found, text: utterance.text },
    ...{ reason: utterance.reason, mayAlreadyBeTyped: utterance.typed },
    ...{ piecesDone: utterance.pieces, typedBefore: utterance.after, atEpochS: at },
  };
}

/** A pending WAV file that no record knows any more is a recording that waits. */
function adoptOrphans(dir: string, contents: FolderContents, at: number, repaired: string[]): void {
  for (const id of contents.wavs.pending) {
    if (contents.state.utterances.has(id)) continue;
    if (contents.log.damaged.length === 0 && id < contents.state.nextUtterance) continue;
    const samples = wavSamples(join(dir, wavName('pending', id)));
    const place = { id, recording: 0, from: 0, to: samples, at };
    applyRecord(contents.state, {
      t: 'pending',
      ...place,
      reason: 'daemon_restarted',
      typed: true,
    });
    repaired.push(`recording ${id}: found again by its audio`);
  }
}

/** An utterance whose sound never reached the disk, and that has no text, is nothing. */
function dropSilent(contents: FolderContents, repaired: string[]): void {
  const { state, wavs } = contents;
  for (const utterance of undelivered(state)) {
    const { id, recording, from } = utterance;
    if (wavs.pending.has(id)) continue;
    const pieces = contents.pieces.get(recording) ?? [];
    const end = Math.max(0, ...pieces.map(({ first, samples }) => first + samples));
    const to = Math.max(from, Math.min(utterance.to, end));
    state.utterances.set(id, { ...utterance, to });
    if (to > from || utterance.text !== null) continue;
    state.utterances.delete(id);
    repaired.push(`recording ${id}: no sound of it reached the disk`);
  }
}

/** Nothing is added to them any more; what holds nothing unheard is only as long-lived as its utterances. */
function closeRecordings(contents: FolderContents, unheard: ReadonlySet<number>): void {
  for (const recording of contents.state.recordings.values()) {
    recording.ended = true;
    if (unheard.has(recording.id)) continue;
    const pieces = contents.pieces.get(recording.id) ?? [];
    const end = Math.max(0, ...pieces.map(({ first, samples }) => first + samples));
    recording.released = Math.max(recording.released, end);
  }
}

function wavSamples(path: string): number {
  try {
    return Math.max(0, Math.floor((statSync(path).size - WAV_HEADER_BYTES) / BYTES_PER_SAMPLE));
  } catch {
    return 0;
  }
}
