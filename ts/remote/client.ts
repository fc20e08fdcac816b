import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import type { Agent, FormData, Response } from 'undici';
import { Problem } from '../domain/problem.js';
import { MAX_ANSWER_BYTES, type RemoteReply, readAnswer } from '../protocol/remote.js';
import { toWav } from '../protocol/wav.js';

export interface RemoteOptions {
  /** Without `/v1`; checked by `findUrlFlaw`. */
  readonly url: string;
  readonly model: string;
  readonly language: string;
  readonly apiKeyFile: string | null;
  /** Certificates (PEM) that are trusted beside those of the system; null: none. */
  readonly caFile: string | null;
}

/** Idle connections are kept for the next sentence, so that it need not shake hands again. */
const KEEP_ALIVE_MS = 60_000;
const CONNECT_MS = 5_000;

/** A server that recognises speech. Sound goes there and nowhere else: redirects are not followed. */
export class RemoteEngine {
  private readonly endpoint: string;

  private constructor(
    private readonly options: RemoteOptions,
    private readonly undici: Pick<typeof import('undici'), 'FormData' | 'fetch'>,
    private readonly agent: Agent,
    private readonly key: string | null,
  ) {
    this.endpoint = `${options.url.replace(/\/+$/, '')}/v1/audio/transcriptions`;
  }

  /** Nothing is sent yet. Throws a Problem where a file of `[remote]` can't be read. */
  static async open(options: RemoteOptions): Promise<RemoteEngine> {
    const { apiKeyFile, caFile } = options;
    const key = apiKeyFile === null ? null : readKey(apiKeyFile);
    const trusted =
      caFile === null ? {} : { ca: [...rootCertificates, readFile('ca_file', caFile)] };
    // Loaded here, so that a daemon without a remote engine does not wait for it at its start.
    const { Agent, FormData, fetch } = await import('undici');
    const connect = { timeout: CONNECT_MS, ...trusted };
    const agent = new Agent({ connect, keepAliveTimeout: KEEP_ALIVE_MS, pipelining: 1 });
    return new RemoteEngine(options, { FormData, fetch }, agent, key);
  }

  /** `HOST[:PORT]`, for people. */
  get host(): string {
    return new URL(this.options.url).host;
  }

  /** How it is called in events, `status` and the journal. */
  get name(): string {
    const { model } = this.options;
    return `remote ${this.host}${model === '' ? '' : ` ${model}`}`;
  }

  /**
   * The text of s16le mono at 16 kHz. Never rejects; it answers by the time-out at the latest, and what comes later is
   * dropped with its connection.
   */
  async transcribe(
    pcm: Buffer,
    timeoutMs: number,
    language = this.options.language,
  ): Promise<RemoteReply> {
    const signal = AbortSignal.timeout(Math.max(1, Math.round(timeoutMs)));
    try {
      const response = await this.undici.fetch(this.endpoint, {
        method: 'POST',
        body: this.form(pcm, language),
        headers: this.key === null ? {} : { authorization: `Bearer ${this.key}` },
        redirect: 'manual',
        dispatcher: this.agent,
        signal,
      });
      const body = await readLimited(response);
      if (body === null) return unavailable('its answer is too large');
      return readAnswer(response.status, response.headers.get('retry-after'), body);
    } catch (error) {
      return signal.aborted ? unavailable('no answer in time') : explain(error);
    }
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  private form(pcm: Buffer, language: string): FormData {
    const { model } = this.options;
    const form = new this.undici.FormData();
    form.set('file', new Blob([toWav(pcm)], { type: 'audio/wav' }), 'speech.wav');
    form.set('model', model === '' ? 'whisper-1' : model);
    form.set('language', language);
    form.set('response_format', 'json');
    return form;
  }
}

/** Null where there is more than any text. */
async function readLimited(response: Response): Promise<string | null> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function unavailable(reason: string): RemoteReply {
  return { kind: 'unavailable', reason, retryAfterS: null };
}

/** The codes of TLS that no waiting mends. */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER|ALTNAME/;

function explain(error: unknown): RemoteReply {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (UNTRUSTED.test(code)) {
    const reason = `its certificate is not trusted (${code}): name its issuer's file in [remote] ca_file`;
    return { kind: 'misconfigured', reason };
  }
  return unavailable(code === '' ? 'the connection failed' : `the connection failed (${code})`);
}

function readKey(file: string): string {
  const key = readFile('api_key_file', file).trim();
  if (/^[\x21-\x7e]{1,4096}$/.test(key)) return key;
  throw new Problem('remote_key', `${file}: [remote] api_key_file must hold the key, one line`);
}

function readFile(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
    const message = `[remote] ${name} = "${file}" can't be read (${code}): correct the path`;
    throw new Problem('remote_file', message, { cause });
  }
}
