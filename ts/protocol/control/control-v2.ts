import { type ControlRequest, isJsonObject } from './control-request.js';

/** What a client of the second generation asks for. */
export type RequestV2 =
  | { readonly kind: 'toggle' | 'status' | 'quit' }
  | { readonly kind: 'unknown'; readonly action: string }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'no_reply' };

/** Meaning of a complete request. Actions are case-insensitive; without a text `action` it is invalid. */
export function understandV2(request: ControlRequest): RequestV2 {
  if (request.kind === 'nothing') return { kind: 'no_reply' };
  if (request.kind !== 'value' || !isJsonObject(request.value)) return { kind: 'invalid' };
  const action = request.value.action;
  if (typeof action !== 'string') return { kind: 'invalid' };
  const name = action.toLowerCase();
  if (name === 'toggle' || name === 'status') return { kind: name };
  if (name === 'quit' || name === 'exit' || name === 'shutdown') return { kind: 'quit' };
  return { kind: 'unknown', action };
}

/** Replies, compact as the second generation's serde wrote them. `wpm` is shown with one decimal. */
export const repliesV2 = {
  started: (session: number) => success('message', `Recording started (Session #${session})`),
  stopped: (words: number, wpm: number) =>
    success(
      'message',
      `Recording stopped (${words} words, ${(Number.isFinite(wpm) ? wpm : 0).toFixed(1)} WPM)`,
    ),
  state: (state: 'idle' | 'recording') => success('state', state),
  unknown: (action: string) => failure(`Unknown action: ${action}`),
  invalid: () => failure('Invalid JSON. Expected: {"action": "toggle|status|quit"}'),
  failed: (message: string) => failure(message),
} as const;

function success(field: 'message' | 'state', text: string): string {
  return JSON.stringify({ status: 'success', [field]: text });
}

function failure(error: string): string {
  return JSON.stringify({ status: 'error', error });
}
