import { isUtf8 } from 'node:buffer';
import { judgeJson } from './json-prefix.js';

/** Longest request of both generations in bytes; the original read no more. */
const MAX_REQUEST_BYTES = 1024;

export type ControlRequest =
  /** Nothing was sent before the client closed its side. */
  | { readonly kind: 'nothing' }
  /** The beginning of a request; more may come. */
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'value'; readonly value: unknown };

/** Reads what has come so far. `ended`: nothing more will come, so a beginning is invalid. */
export function readControlRequest(bytes: Buffer, ended: boolean): ControlRequest {
  if (bytes.length === 0) return { kind: ended ? 'nothing' : 'incomplete' };
  if (bytes.length > MAX_REQUEST_BYTES) return { kind: 'invalid' };
  // One character a byte: only strings may hold anything but ASCII, and those are skipped over.
  const verdict = judgeJson(bytes.toString('latin1'));
  if (verdict === 'neither') return { kind: 'invalid' };
  if (verdict === 'beginning') return { kind: ended ? 'invalid' : 'incomplete' };
  if (!isUtf8(bytes)) return { kind: 'invalid' };
  const value: unknown = JSON.parse(bytes.toString('utf8'));
  return { kind: 'value', value };
}

/** True for a JSON object; lists and null are none. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
