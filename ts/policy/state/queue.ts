/** An utterance as the policy knows it: its id and its length, never its sound. */
export interface Utterance {
  readonly utterance: number;
  readonly seconds: number;
  /** When it ended; left out where nobody waits for it. */
  readonly endedS?: number;
}

/**
 * The utterances that wait, in order, without a limit. Chunks of 64, so that taking and adding copy little;
 * `head` is the number of items already taken from the first chunk.
 */
export interface Queue {
  readonly chunks: readonly (readonly Utterance[])[];
  readonly head: number;
  readonly length: number;
}

const CHUNK = 64;

export const EMPTY_QUEUE: Queue = { chunks: [], head: 0, length: 0 };

/** Adds an utterance behind all with a smaller id: almost always at the end. */
export function enqueue(queue: Queue, item: Utterance): Queue {
  const last = queue.chunks.at(-1);
  const newest = last?.at(-1);
  if (last === undefined || newest === undefined) {
    return { chunks: [[item]], head: 0, length: 1 };
  }
  if (newest.utterance > item.utterance) return rebuild([...itemsOf(queue), item]);
  const chunks = queue.chunks.slice();
  if (last.length < CHUNK) chunks[chunks.length - 1] = [...last, item];
  else chunks.push([item]);
  return { chunks, head: queue.head, length: queue.length + 1 };
}

/** The first utterance; undefined when none waits. */
export function firstOf(queue: Queue): Utterance | undefined {
  return queue.chunks[0]?.[queue.head];
}

/** Takes the first utterance off. */
export function dequeue(queue: Queue): Queue {
  const first = queue.chunks[0];
  if (first === undefined || queue.length <= 1) return EMPTY_QUEUE;
  if (queue.head + 1 < first.length)
    return { ...queue, head: queue.head + 1, length: queue.length - 1 };
  return { chunks: queue.chunks.slice(1), head: 0, length: queue.length - 1 };
}

/** All that wait, first one first. */
export function itemsOf(queue: Queue): readonly Utterance[] {
  return queue.chunks.flatMap((chunk, i) => (i === 0 ? chunk.slice(queue.head) : chunk));
}

/** Those with an id above `utterance`, in order; looks only at the chunks that hold such. */
export function itemsAfter(queue: Queue, utterance: number): readonly Utterance[] {
  let from = queue.chunks.length;
  while (from > 0 && (queue.chunks[from - 1]?.at(-1)?.utterance ?? 0) > utterance) from -= 1;
  const head = from === 0 ? queue.head : 0;
  const found = itemsOf({ chunks: queue.chunks.slice(from), head, length: queue.length });
  return found.filter((item) => item.utterance > utterance);
}

/** Takes one out of the middle; the same queue when it does not wait. */
export function removeFrom(queue: Queue, utterance: number): Queue {
  const items = itemsOf(queue);
  const rest = items.filter((item) => item.utterance !== utterance);
  return rest.length === items.length ? queue : rebuild(rest);
}

function rebuild(items: readonly Utterance[]): Queue {
  const sorted = items.slice().sort((a, b) => a.utterance - b.utterance);
  const chunks: Utterance[][] = [];
  for (let i = 0; i < sorted.length; i += CHUNK) chunks.push(sorted.slice(i, i + CHUNK));
  return { chunks, head: 0, length: sorted.length };
}
