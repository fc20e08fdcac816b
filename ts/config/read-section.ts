import type { z } from 'zod';
import { Problem } from '../domain/problem.js';
import { SECTIONS } from './keys.js';
import { findNearest } from './nearest.js';
import { SECOND_GENERATION_KEYS } from './second-generation.js';
import { isTable, showValue } from './show.js';
import { notesOf } from './values.js';

/** Everything at the top of the file must be one of our sections. */
export function checkSectionNames(file: string, root: Readonly<Record<string, unknown>>): void {
  const known = Object.keys(SECTIONS).filter((name) => !name.includes('.'));
  for (const name of Object.keys(root)) {
    if (known.includes(name)) continue;
    throw invalid(`${file}: unknown key ${showName(name)}: ${suggestTop(name, known)}`);
  }
}

/** One section, checked and with its defaults. The Problem names file, key, value and what is allowed. */
export function readSection<S extends z.ZodObject>(
  file: string,
  name: string,
  schema: S,
  root: Readonly<Record<string, unknown>>,
): z.infer<S> {
  const table = findTable(file, name, root);
  checkKeyNames(file, name, schema, table);
  const result = schema.safeParse(table);
  if (result.success) return result.data;
  const key = String(result.error.issues[0]?.path[0] ?? '');
  const value = schema.shape[key];
  const allowed = value === undefined ? 'another value' : notesOf(value).allowed;
  throw invalid(`${file}: [${name}] ${key} = ${showValue(table[key])}: allowed is ${allowed}`);
}

/** The table of a section without the sections inside it; empty where it is absent. */
function findTable(
  file: string,
  name: string,
  root: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  let found: unknown = root;
  for (const part of name.split('.')) found = isTable(found) ? found[part] : undefined;
  if (found === undefined) return {};
  if (!isTable(found)) {
    throw invalid(`${file}: ${name} = ${showValue(found)}: allowed is a section, [${name}]`);
  }
  const inner = Object.keys(SECTIONS).filter((other) => other.startsWith(`${name}.`));
  const innerNames = inner.map((other) => other.slice(name.length + 1));
  return Object.fromEntries(Object.entries(found).filter(([key]) => !innerNames.includes(key)));
}

function checkKeyNames(
  file: string,
  name: string,
  schema: z.ZodObject,
  table: Readonly<Record<string, unknown>>,
): void {
  const known = Object.keys(schema.shape);
  for (const key of Object.keys(table)) {
    if (known.includes(key)) continue;
    const near = findNearest(key, known) ?? findElsewhere(key);
    const hint = near === null ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
    throw invalid(
      `${file}: unknown key [${name}] ${showName(key)} = ${showValue(table[key])}: ${hint}`,
    );
  }
}

function suggestTop(name: string, sections: readonly string[]): string {
  const near = findElsewhere(name) ?? findNearest(name, [...sections, ...SECOND_GENERATION_KEYS]);
  if (near !== null) return `did you mean ${sections.includes(near) ? `[${near}]` : near}?`;
  return `known sections are ${sections.join(', ')}`;
}

/** The key by this very name in another section, as `[section] key`. */
function findElsewhere(key: string): string | null {
  for (const [name, schema] of Object.entries(SECTIONS)) {
    if (Object.keys(schema.shape).includes(key)) return `[${name}] ${key}`;
  }
  return null;
}

/** A name that may hold anything, on one line. */
function showName(name: string): string {
  return /^[\w-]{1,60}$/.test(name) ? name : showValue(name);
}

function invalid(message: string): Problem {
  return new Problem('config_invalid', message);
}
