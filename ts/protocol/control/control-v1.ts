import type { DaemonState } from '../../domain/state.js';
import { type ControlRequest, isJsonObject } from './control-request.js';
import { showLikePython, writePythonString } from './python-json.js';

/** What a client of the first generation asks for. */
export type RequestV1 =
  | { readonly kind: 'toggle' | 'status' | 'stop' }
  | { readonly kind: 'unknown'; readonly action: string }
  | { readonly kind: 'invalid' }
  /** The original closes the connection without a word. */
  | { readonly kind: 'no_reply' };

/** Meaning of a complete request; `incomplete` ones must not get here. */
export function understandV1(request: ControlRequest): RequestV1 {
  if (request.kind === 'nothing') return { kind: 'no_reply' };
  if (request.kind !== 'value') return { kind: 'invalid' };
  if (!isJsonObject(request.value)) return { kind: 'no_reply' };
  const action = request.value.action === undefined ? '' : request.value.action;
  if (action === 'toggle' || action === 'status' || action === 'stop') return { kind: action };
  return { kind: 'unknown', action: showLikePython(action) };
}

/** Replies, byte for byte as the original's `json.dumps` wrote them. */
export const repliesV1 = {
  state: (state: DaemonState) => `{"status": "ok", "state": "${state}"}`,
  stopping: () => '{"status": "ok", "message": "Stopping daemon"}',
  unknown: (action: string) => `{"error": ${writePythonString(`Unknown action: ${action}`)}}`,
  invalid: () => '{"error": "Invalid JSON"}',
  failed: (message: string) => `{"error": ${writePythonString(message)}}`,
} as const;
