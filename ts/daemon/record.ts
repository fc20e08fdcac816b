import { createWriteStream } from 'node:fs';
import type { PolicyEvent } from '../domain/events.js';
import type { PolicySettings } from '../domain/policy-settings.js';
import type { Scope } from '../system/scope.js';

/** Writes the policy's events to a file, one JSON object a line, so that the run can be decided again. */
export function openRecord(
  file: string | null,
  settings: PolicySettings,
  scope: Scope,
): (event: PolicyEvent) => void {
  if (file === null) return () => {};
  const stream = createWriteStream(file, { mode: 0o600 });
  stream.on('error', () => {});
  stream.write(`${JSON.stringify({ settings })}\n`);
  scope.own('record', () => new Promise((resolve) => stream.end(() => resolve())));
  return (event) => {
    stream.write(`${JSON.stringify({ event })}\n`);
  };
}
