import type { ZodType } from 'zod';
import { describeIssue } from '../describe.js';

export type EventLine<Event> =
  | { readonly ok: true; readonly event: Event }
  | { readonly ok: false; readonly message: string };

/** Reads one JSON line of a child process, with or without its newline. Never throws. */
export function decodeEventLine<Event>(schema: ZodType<Event>, line: string): EventLine<Event> {
  const value = parseJson(line);
  if (value === undefined) return { ok: false, message: 'not JSON' };
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, event: parsed.data };
  return { ok: false, message: describeIssue(parsed.error, value) };
}

/** The value of a JSON text, undefined where it is none. */
function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
