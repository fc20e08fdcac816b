import { FRAME_SAMPLES } from '../../domain/units.js';
import type { FolderContents } from '../folder-reader.js';
import type { UnheardSpan } from '../types.js';

interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The sound on the disk that was neither released nor belongs to any utterance, delivered ones included.
 * What is shorter than one voice-activity frame can't be looked at and is left out.
 */
export function findUnsegmented(contents: FolderContents): readonly UnheardSpan[] {
  return [...contents.pieces.keys()].flatMap((recording) =>
    spansOf(contents, recording)
      .filter(({ from, to }) => to - from >= FRAME_SAMPLES)
      .map(({ from, to }) => {
        const goesOn = endsDelivered(contents, recording, from);
        return { recording, fromSample: from, toSample: to, goesOn };
      }),
  );
}

function endsDelivered({ state }: FolderContents, recording: number, sample: number): boolean {
  const all = [...state.utterances.values()];
  return all.some(
    (each) => each.recording === recording && each.to === sample && each.state === 'delivered',
  );
}

function spansOf(contents: FolderContents, recording: number): readonly Span[] {
  const pieces = contents.pieces.get(recording) ?? [];
  const released = contents.state.recordings.get(recording)?.released ?? 0;
  const known = [...contents.state.utterances.values()].filter(
    (each) => each.recording === recording,
  );
  const taken = [{ from: 0, to: released }, ...known];
  const heard = joinSpans(
    pieces.map(({ first, samples }) => ({ from: first, to: first + samples })),
  );
  return taken.reduce<readonly Span[]>(
    (spans, hole) => spans.flatMap((s) => cutOut(s, hole)),
    heard,
  );
}

function joinSpans(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last?.to === span.from) joined.splice(-1, 1, { from: last.from, to: span.to });
    else joined.push(span);
  }
  return joined;
}

function cutOut(span: Span, hole: Span): readonly Span[] {
  if (hole.to <= span.from || span.to <= hole.from) return [span];
  const parts = [
    { from: span.from, to: hole.from },
    { from: hole.to, to: span.to },
  ];
  return parts.filter(({ from, to }) => from < to);
}
