import { createWriteStream, openSync } from 'node:fs';
import type { PolicyEvent } from '../../domain/events.js';
import type { PolicySettings } from '../../domain/policy-settings.js';
import { Problem } from '../../domain/problem.js';
import type { Scope } from '../../system/scope.js';

export interface RunRecord {
  /** The settings that the events behind it were decided with. */
  begin(settings: PolicySettings): void;
  event(event: PolicyEvent): void;
}

/**
 * Writes the policy's events to a file, one JSON object a line, so that the run can be decided again.
 * Throws a Problem where the file can't be written.
 */
export function openRecord(file: string | null, scope: Scope): RunRecord {
  if (file === null) return { begin: () => {}, event: () => {} };
  const stream = createWriteStream(file, { fd: openToWrite(file) });
  stream.on('error', () => {});
  scope.own('record', () => new Promise((resolve) => stream.end(() => resolve())));
  const write = (line: object) => {
    stream.write(`${JSON.stringify(line)}\n`);
  };
  return { begin: (settings) => write({ settings }), event: (event) => write({ event }) };
}

function openToWrite(file: string): number {
  try {
    return openSync(file, 'w', 0o600);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? cause.code : cause;
    const message = `${file} can't be written (${reason}): choose another file for --record`;
    throw new Problem('record_unwritable', message, { cause });
  }
}
