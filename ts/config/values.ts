import { z } from 'zod';

/** How one key is shown to people: in the file that is written at first start, and in docs/config.md. */
export interface KeyNotes {
  /** As it stands in the file; null where the default depends on the machine, then `shown` says on what. */
  readonly toml: string | null;
  readonly shown?: string;
  readonly allowed: string;
  readonly meaning: string;
}

const notes = new WeakMap<object, KeyNotes>();

/** Attaches the notes to a key's schema. */
export function key<S extends z.ZodType>(schema: S, about: KeyNotes): S {
  notes.set(schema, about);
  return schema;
}

/** The notes of a schema that was made by `key`. */
export function notesOf(schema: object): KeyNotes {
  const found = notes.get(schema);
  if (found === undefined) throw new Error('a configuration key without notes');
  return found;
}

/**
 * A number. The first generation read its numbers with `float(...)`, so a number in quotes is one too.
 * Bounds are inclusive.
 */
export function number(fallback: number, min: number, max: number) {
  return z.preprocess(readQuoted, z.number().min(min).max(max)).default(fallback);
}

/** A number without bounds, infinity included, for keys on which an older daemon set none. */
export function anyNumber(fallback: number) {
  const schema = z.custom<number>((value) => typeof value === 'number' && !Number.isNaN(value));
  return z.preprocess(readQuoted, schema).default(fallback);
}

/** A whole number; an older daemon cut off decimals with `int(...)`. */
export function anyInteger(fallback: number) {
  return z.preprocess((value) => cutDecimals(readQuoted(value)), z.int()).default(fallback);
}

export function integer(fallback: number, min: number, max: number) {
  return z.int().min(min).max(max).default(fallback);
}

/** A number that is derived from the machine unless it is set. */
export function derivedNumber(min: number, max: number) {
  return z.number().min(min).max(max).nullable().default(null);
}

/** A text that is derived from the machine unless it is set. */
export function derivedText() {
  return z.string().min(1).nullable().default(null);
}

export function flag(fallback: boolean) {
  return z.boolean().default(fallback);
}

/** A switch; an older daemon took 0 and 1 too. */
export function anyFlag(fallback: boolean) {
  const read = (value: unknown) => (value === 0 || value === 1 ? value === 1 : value);
  return z.preprocess(read, z.boolean()).default(fallback);
}

function readQuoted(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(value) ? Number(value) : value;
}

function cutDecimals(value: unknown): unknown {
  return typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : value;
}
