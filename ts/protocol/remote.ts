import { z } from 'zod';
import { describeIssue } from './describe.js';

/**
 * What a server with `POST {url}/v1/audio/transcriptions` answers, and which of its answers mean what. The shape is
 * that of OpenAI's transcription interface with `response_format=json`: an object with `text`.
 */
const answerSchema = z.object({ text: z.string().max(200_000) });

/** Longest answer that is read; a text of an hour is a tenth of it. */
export const MAX_ANSWER_BYTES = 1_000_000;

export type RemoteFailure =
  /** Not now: the connection, the time, the load. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterS: number | null }
  /** It will never work like this: a person must look at `[remote]`. */
  | { readonly kind: 'misconfigured'; readonly reason: string };

export type RemoteReply = { readonly kind: 'text'; readonly text: string } | RemoteFailure;

/** Longest wait that a server may ask for with Retry-After. */
const LONGEST_RETRY_S = 900;

/** Reads an answer by its status. Anything but a text is a failure with a reason of one line. */
export function readAnswer(status: number, retryAfter: string | null, body: string): RemoteReply {
  if (status >= 300 && status < 400) {
    return misconfigured(
      `it redirects (${status}): name the address it redirects to in [remote] url`,
    );
  }
  if (status === 429 || status === 408 || status >= 500) {
    return unavailable(`it answered ${status}`, readRetryAfter(retryAfter));
  }
  if (status === 401 || status === 403) {
    return misconfigured(`it refused the key (${status}): check [remote] api_key_file`);
  }
  if (status === 404 || status === 405) {
    return misconfigured(
      `it has no /v1/audio/transcriptions (${status}): check [remote] url, without /v1 at its end`,
    );
  }
  if (status >= 400) return misconfigured(`it refused the request (${status}): ${oneLine(body)}`);
  return readText(body);
}

function readText(body: string): RemoteReply {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return unavailable('its answer is not JSON', null);
  }
  const parsed = answerSchema.safeParse(value);
  if (parsed.success) return { kind: 'text', text: parsed.data.text };
  return unavailable(`its answer is no transcription: ${describeIssue(parsed.error, value)}`, null);
}

/** Seconds only; a date would need a clock that both agree on. */
function readRetryAfter(header: string | null): number | null {
  const seconds = header !== null && /^\d{1,6}$/.test(header.trim()) ? Number(header) : null;
  return seconds === null ? null : Math.min(LONGEST_RETRY_S, seconds);
}

function unavailable(reason: string, retryAfterS: number | null): RemoteFailure {
  return { kind: 'unavailable', reason, retryAfterS };
}

function misconfigured(reason: string): RemoteFailure {
  return { kind: 'misconfigured', reason };
}

function oneLine(body: string): string {
  const line = body.replace(/\s+/g, ' ').trim();
  return line === '' ? 'without a reason' : line.slice(0, 120);
}

/** What is wrong with `[remote] url`; null where it can be used. Audio crosses a network in the clear nowhere. */
export function findUrlFlaw(text: string): string | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'must be an address such as https://speech.example.org';
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https://';
  if (url.username !== '' || url.password !== '') return 'must hold no password: use api_key_file';
  if (url.search !== '' || url.hash !== '') return 'must hold no ? and no #';
  if (url.protocol === 'http:' && !isPrivate(url.hostname)) {
    return 'must begin with https://, unless it names this machine or a private address';
  }
  return null;
}

/** Loopback, RFC 1918, RFC 4193, link-local; names only where they can't leave this machine or network. */
function isPrivate(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true;
  if (bare.includes(':')) return bare === '::1' || /^(f[cd]|fe[89ab])/i.test(bare);
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(bare)?.slice(1).map(Number);
  if (parts === undefined) return false;
  const [a = 0, b = 0] = parts;
  return (
    a === 127 ||
    a === 10 ||
    (a === 192 && b === 168) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 169 && b === 254)
  );
}
