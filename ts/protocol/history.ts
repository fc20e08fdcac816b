import { z } from 'zod';
import { FAULT_CLASSES } from '../domain/fault.js';
import type { HistoryFact, HistoryItem } from '../domain/history.js';

/**
 * One block of the history on the disk: JSON with the memory samples in columns of differences, so that a minute of
 * them takes a few hundred bytes once it is deflated. Times in tenths of a second, memory in whole MB.
 */
const mb = z.number().finite().nonnegative();
const place = z.enum(['card', 'cpu', 'remote', 'none']);
const modelPlace = z.enum([...place.options, 'card_small']);
const thresholds = z.strictObject({
  warningMb: mb,
  criticalMb: mb,
  guardMb: mb,
  emergencyMb: mb,
});

const factSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('begin'), simulated: z.boolean() }),
  z.strictObject({ kind: z.literal('end') }),
  z.strictObject({ kind: z.literal('card'), totalMb: mb, thresholds }),
  z.strictObject({ kind: z.literal('place'), model: z.enum(['stt', 'vad']), place: modelPlace }),
  z.strictObject({
    kind: z.literal('breaker'),
    state: z.enum(['closed', 'open', 'half_open', 'isolated']),
  }),
  z.strictObject({
    kind: z.literal('decision'),
    action: z.string().max(40),
    words: z.string().max(1_000),
    fault: z.enum(FAULT_CLASSES).nullable(),
  }),
  z.strictObject({
    kind: z.literal('text'),
    utterance: z.number().int().nonnegative(),
    speechS: z.number().finite().nonnegative(),
    delayS: z.number().finite(),
    rung: z.string().max(200),
    place,
    words: z.number().int().nonnegative().nullable(),
    rescued: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('kept'), reason: z.string().max(100) }),
]);

const column = z.array(z.number().int()).max(100_000);
const blockSchema = z.strictObject({
  v: z.literal(1),
  /** Tenths of a second of the epoch; the times of both parts are differences from it on. */
  from: z.number().int(),
  memory: z.strictObject({ t: column, used: column, own: column, cache: column }),
  facts: z.array(z.tuple([z.number().int(), factSchema])).max(100_000),
});

type Block = z.infer<typeof blockSchema>;
type MemoryItem = HistoryItem & { readonly kind: 'memory' };

/** A block of items whose times do not fall, as JSON. */
export function encodeHistory(items: readonly HistoryItem[]): string {
  const from = tenths(items[0]?.atS ?? 0);
  const memory = items.filter((item): item is MemoryItem => item.kind === 'memory');
  const others = items.filter((item) => item.kind !== 'memory');
  const times = differences(others.map(({ atS }) => tenths(atS) - from));
  const block: Block = {
    v: 1,
    from,
    memory: {
      t: differences(memory.map(({ atS }) => tenths(atS) - from)),
      used: differences(memory.map(({ usedMb }) => Math.round(usedMb))),
      own: differences(memory.map(({ ownMb }) => Math.round(ownMb))),
      cache: differences(memory.map(({ cacheMb }) => Math.round(cacheMb))),
    },
    facts: others.map((item, i) => [times[i] ?? 0, roundFact(item)]),
  };
  return JSON.stringify(block);
}

/** The items of a block in the order of their times; null for what is no block. */
export function decodeHistory(text: string): readonly HistoryItem[] | null {
  const block = parseBlock(text);
  if (block === null) return null;
  const { from, memory, facts } = block;
  const [used, own, cache] = [sums(memory.used), sums(memory.own), sums(memory.cache)];
  const samples = sums(memory.t).map((t, i): HistoryItem => {
    const figures = { usedMb: used[i] ?? 0, ownMb: own[i] ?? 0, cacheMb: cache[i] ?? 0 };
    return { atS: (from + t) / 10, kind: 'memory', ...figures };
  });
  const times = sums(facts.map(([t]) => t));
  const others = facts.map(
    ([, fact], i): HistoryItem => ({ atS: (from + (times[i] ?? 0)) / 10, ...fact }),
  );
  return [...others, ...samples].sort((a, b) => a.atS - b.atS);
}

function parseBlock(text: string): Block | null {
  try {
    return blockSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Without its time, and with as many digits as a person can use. */
function roundFact({ atS: _, ...fact }: HistoryItem): Block['facts'][number][1] {
  const rounded = fact as Exclude<HistoryFact, { kind: 'memory' }>;
  switch (rounded.kind) {
    case 'text':
      return {
        ...rounded,
        rung: rounded.rung.slice(0, 200),
        speechS: round(rounded.speechS),
        delayS: round(rounded.delayS),
      };
    case 'decision':
      return { ...rounded, words: rounded.words.slice(0, 1_000) };
    default:
      return rounded;
  }
}

function tenths(atS: number): number {
  return Math.round(atS * 10);
}

function round(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000;
}

function differences(values: readonly number[]): number[] {
  return values.map((value, i) => value - (values[i - 1] ?? 0));
}

function sums(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}
