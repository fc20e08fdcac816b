import type { Journal, Recovered } from '../../../ts/journal/types.js';
import type { TrueRecording, Truth } from './truth.js';
import { soundOf } from './workload.js';

/** What is shorter than a frame of the ear can't be looked at. */
const FRAME_SAMPLES = 512;

/** Everything that is wrong with what a crash left, one line each. `promised`: what was durable, `done`: what may have been. */
export async function findFlaws(
  journal: Journal,
  recovered: Recovered,
  promised: Truth,
  done: Truth,
): Promise<readonly string[]> {
  return [
    ...lostUtterances(recovered, promised, done),
    ...doubledUtterances(recovered, promised, done),
    ...(await lostSound(journal, recovered, promised, done)),
  ];
}

function lostUtterances(
  { utterances }: Recovered,
  promised: Truth,
  done: Truth,
): readonly string[] {
  const found = new Map(utterances.map((each) => [each.id, each]));
  return [...promised.utterances.values()].flatMap((known) => {
    if (done.utterances.get(known.id)?.over !== false) return [];
    const there = found.get(known.id);
    if (there === undefined)
      return isHeard(known, promised) ? [`utterance ${known.id} is lost`] : [];
    if (known.text !== null && there.text !== known.text) return [`text ${known.id} is lost`];
    return [];
  });
}

/** One without a text whose sound was not flushed is nothing yet. */
function isHeard(
  { recording, from, text }: { recording: number; from: number; text: string | null },
  promised: Truth,
): boolean {
  return text !== null || (promised.recordings.get(recording)?.flushed ?? 0) > from;
}

function doubledUtterances(
  { utterances, unsegmented }: Recovered,
  promised: Truth,
  done: Truth,
): readonly string[] {
  const again = utterances.flatMap(({ id, mayAlreadyBeTyped }) => {
    const known = promised.utterances.get(id);
    if (!done.utterances.has(id)) return [`utterance ${id} was never spoken`];
    if (known?.over) return [`utterance ${id} comes back`];
    if (known?.typing && !mayAlreadyBeTyped) return [`utterance ${id} would be typed twice`];
    return [];
  });
  const heardAgain = [...promised.utterances.values()]
    .filter(({ typing, over }) => typing || over)
    .filter((known) =>
      unsegmented.some(
        ({ recording, fromSample, toSample }) =>
          recording === known.recording && fromSample < known.to && known.from < toSample,
      ),
    )
    .map(({ id }) => `the sound of utterance ${id} is offered as new`);
  return [...again, ...heardAgain];
}

async function lostSound(
  journal: Journal,
  recovered: Recovered,
  promised: Truth,
  done: Truth,
): Promise<readonly string[]> {
  const flaws: string[] = [];
  for (const recording of promised.recordings.values()) {
    const missing = neededSamples(recording, done);
    const spans = [...recovered.utterances, ...recovered.unsegmented].filter(
      (each) => each.recording === recording.id,
    );
    for (const { fromSample, toSample } of spans) {
      const to = Math.min(toSample, recording.flushed);
      if (to <= fromSample) continue;
      const sound = await journal.read(recording.id, fromSample, to);
      const right = sound.equals(soundOf(recording.id, fromSample, to - fromSample));
      if (right) missing.fill(0, fromSample, to);
      else if (missing.subarray(fromSample, to).includes(1)) {
        flaws.push(`sound ${fromSample} to ${to} of recording ${recording.id} is another`);
      }
    }
    const run = longestRun(missing);
    if (run >= FRAME_SAMPLES) flaws.push(`${run} samples of recording ${recording.id} are lost`);
  }
  return flaws;
}

/** 1 for each sample that was flushed and that somebody still waits for. */
function neededSamples({ id, flushed }: TrueRecording, done: Truth): Uint8Array {
  const needed = new Uint8Array(flushed);
  needed.fill(1, Math.min(flushed, done.recordings.get(id)?.released ?? 0));
  for (const { recording, from, to, over } of done.utterances.values()) {
    if (recording === id) needed.fill(over ? 0 : 1, from, Math.min(to, flushed));
  }
  return needed;
}

function longestRun(samples: Uint8Array): number {
  let longest = 0;
  let run = 0;
  for (const sample of samples) {
    run = sample === 1 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
