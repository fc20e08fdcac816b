import { z } from 'zod';
import type { PolicyEvent } from '../../domain/events.js';
import type { PolicySettings } from '../../domain/policy-settings.js';
import { Problem } from '../../domain/problem.js';
import type { RecordedLine } from '../../domain/recorded-run.js';
import { describeIssue } from '../describe.js';

/** The daemon wrote it, so the shape is told from the two kinds of lines; what is inside is its own. */
const lineSchema = z.union([
  z.strictObject({ settings: z.looseObject({ device: z.string() }) }),
  z.strictObject({ event: z.looseObject({ kind: z.string(), atS: z.number() }) }),
]);

/** Reads what `swictationd --record FILE` wrote; a last line that a kill cut off is left out. */
export function* readRecordedRun(text: string): Generator<RecordedLine> {
  const lines = text.split('\n');
  const whole = lines.slice(0, -1);
  for (const [index, line] of whole.entries()) yield readLine(line, index + 1);
}

function readLine(line: string, number: number): RecordedLine {
  const value = parseJson(line, number);
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) throw problemAt(number, describeIssue(parsed.error, value));
  if ('settings' in parsed.data)
    return { settings: parsed.data.settings as unknown as PolicySettings };
  return { event: parsed.data.event as unknown as PolicyEvent };
}

function parseJson(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw problemAt(number, 'not JSON', cause);
  }
}

function problemAt(number: number, message: string, cause?: unknown): Problem {
  const text = `Line ${number} of the recorded run: ${message}; it is written by swictationd --record FILE`;
  return new Problem('invalid_recorded_run', text, { exitCode: 2, cause });
}
