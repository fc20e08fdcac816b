import { readFileSync } from 'node:fs';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
  /** What the engine took. */
  readonly engineMs: number;
}

/** One request as any client of that interface sends it. */
export async function ask(
  url: string,
  file: string | Buffer | null,
  fields: Readonly<Record<string, string>> = {},
  key?: string,
): Promise<Answer> {
  const form = new FormData();
  const sound = typeof file === 'string' ? readFileSync(file) : file;
  if (sound !== null) form.set('file', new Blob([new Uint8Array(sound)]), 'speech.wav');
  for (const [name, value] of Object.entries({ model: 'whisper-1', ...fields }))
    form.set(name, value);
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/v1/audio/transcriptions`, {
    method: 'POST',
    body: form,
    headers,
  });
  return {
    status: response.status,
    body: await response.text(),
    retryAfter: response.headers.get('retry-after'),
    engineMs: Number(response.headers.get('openai-processing-ms') ?? Number.NaN),
  };
}
