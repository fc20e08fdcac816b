import type { z } from 'zod';

/** The first thing that is wrong with a value: where, what was expected, what came, in one line. */
export function describeIssue(error: z.ZodError, input: unknown): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'invalid';
  const path = issue.path.map(String).join('.');
  const came = showValue(readAt(input, issue.path));
  return `${path === '' ? 'message' : path}: ${issue.message}, got ${came}`;
}

function readAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** A value as a person reads it in an error: at most 60 characters, one line, bytes only counted. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Buffer.isBuffer(value)) return `${value.length} bytes`;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value, (_key, part: unknown) => showPart(part)) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function showPart(part: unknown): unknown {
  return typeof part === 'bigint' ? part.toString() : part;
}
