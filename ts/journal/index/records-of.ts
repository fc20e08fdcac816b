import type { JournalRecord } from './record.js';
import type { JournalState, RecordingState, Utterance } from './state.js';

/** The shortest list of records that amounts to `state`: what compaction writes. */
export function recordsOf(state: JournalState): readonly JournalRecord[] {
  return [
    { t: 'start', v: 1, utterance: state.nextUtterance, recording: state.nextRecording },
    ...[...state.recordings.values()].flatMap(recordsOfRecording),
    ...[...state.utterances.values()].flatMap(recordsOfUtterance),
  ];
}

function recordsOfRecording(recording: RecordingState): readonly JournalRecord[] {
  const { id, at, released, ended } = recording;
  return [
    { t: 'recording', recording: id, at },
    ...(released > 0 ? [{ t: 'released', recording: id, below: released } as const] : []),
    ...(ended ? [{ t: 'ended', recording: id } as const] : []),
  ];
}

function recordsOfUtterance(utterance: Utterance): readonly JournalRecord[] {
  const { id, recording, from, to, at, text, device, engine, pieces, reason, typed } = utterance;
  const place = { id, recording, from, to, at };
  const after = utterance.after === null ? {} : { after: utterance.after };
  const records: JournalRecord[] = [{ t: 'recorded', ...place, ...after }];
  if (text !== null) records.push({ t: 'transcribed', ...place, text, device, engine });
  if (reason !== null) records.push({ t: 'pending', ...place, reason, typed });
  if (pieces > 0) records.push({ t: 'progressed', ...place, pieces });
  if (utterance.state === 'delivering') records.push({ t: 'delivering', ...place });
  if (utterance.state !== 'delivered') return records;
  if (utterance.dropped) return [...records, { t: 'dropped', ...place }];
  const kept = utterance.keepHours > 0 ? { keep_h: utterance.keepHours } : {};
  return [...records, { t: 'delivered', ...place, at: utterance.deliveredAt ?? at, ...kept }];
}
