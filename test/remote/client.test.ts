import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findUrlFlaw, type RemoteReply } from '../../ts/protocol/remote.js';
import { RemoteEngine } from '../../ts/remote/client.js';
import { type Answer, openServer, type RemoteServer, sayText } from './server.js';

const SOUND = Buffer.alloc(3_200, 1);
const LIMIT_MS = 20_000;
let folder = '';
let server: RemoteServer | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'remote-'));
});

afterEach(async () => {
  await server?.close();
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

interface Ask {
  readonly key?: string;
  readonly caFile?: string;
  readonly url?: string;
  readonly limitMs?: number;
}

async function ask(answer: Answer, options: Ask = {}): Promise<RemoteReply> {
  server = await openServer(answer);
  return askAt(options.url ?? server.url, options);
}

async function askAt(url: string, { key, caFile, limitMs }: Ask = {}): Promise<RemoteReply> {
  const apiKeyFile = key === undefined ? null : join(folder, 'key');
  if (apiKeyFile !== null) writeFileSync(apiKeyFile, `${key}\n`);
  const about = { url, model: 'm', language: 'en', apiKeyFile, caFile: caFile ?? null };
  const engine = await RemoteEngine.open(about);
  try {
    return await engine.transcribe(SOUND, limitMs ?? LIMIT_MS);
  } finally {
    await engine.close();
  }
}

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(code, headers);
    response.end('no');
  };

describe('the engine on another machine', () => {
  it('is asked as OpenAI clients ask, with sound, model, language and key', async () => {
    expect(await ask(sayText('Hello.'), { key: 'secret' })).toEqual({
      kind: 'text',
      text: 'Hello.',
    });
    const [request] = server?.received ?? [];
    expect(request?.path).toBe('/v1/audio/transcriptions');
    expect(request?.key).toBe('Bearer secret');
    const body = request?.body.toString('latin1') ?? '';
    for (const part of [
      'name="file"',
      'RIFF',
      'name="model"\r\n\r\nm',
      'name="language"\r\n\r\nen',
    ])
      expect(body).toContain(part);
    expect(request?.body.includes(SOUND)).toBe(true);
  });

  const unavailable: readonly (readonly [string, Answer])[] = [
    ['500', status(500)],
    ['503', status(503)],
    ['408', status(408)],
    ['garbage', (response) => response.end('<html>busy</html>')],
    ['another shape', (response) => response.end('{"texts":["x"]}')],
    ['null as text', (response) => response.end('{"text":null}')],
    ['an answer that is too large', (response) => response.end('x'.repeat(1_500_000))],
    ['a connection that breaks', (response) => response.destroy()],
    ['half an answer', halfAnAnswer],
  ];

  it.each(unavailable)('is not there for now: %s', async (_, answer) => {
    expect((await ask(answer)).kind).toBe('unavailable');
  });

  it('is left alone for as long as it asks, within bounds', async () => {
    const wait = async (header: string) => {
      const reply = await ask(status(429, { 'retry-after': header }));
      await server?.close();
      return reply.kind === 'unavailable' ? reply.retryAfterS : 'no';
    };
    expect(await wait('7')).toBe(7);
    expect(await wait('999999')).toBe(900);
    expect(await wait('Wed, 21 Oct 2026 07:28:00 GMT')).toBe(null);
    expect(await wait('-5')).toBe(null);
  });

  it('does not answer in time', async () => {
    const reply = await ask(() => {}, { limitMs: 200.7 });
    expect(reply).toMatchObject({ kind: 'unavailable', reason: 'no answer in time' });
  });

  it('is not there at all', async () => {
    expect(await askAt('http://127.0.0.1:1')).toMatchObject({ kind: 'unavailable' });
  });

  const misconfigured: readonly (readonly [string, Answer, RegExp])[] = [
    ['401', status(401), /api_key_file/],
    ['404', status(404), /\[remote\] url/],
    ['400', status(400), /refused the request \(400\)/],
    ['a redirect', status(302, { location: 'http://127.0.0.1:9/' }), /redirects/],
  ];

  it.each(misconfigured)('needs a person: %s', async (_, answer, advice) => {
    const reply = await ask(answer);
    expect(reply.kind).toBe('misconfigured');
    expect(reply.kind === 'misconfigured' && reply.reason).toMatch(advice);
  });

  it('never follows a redirect with the sound', async () => {
    const other = await openServer(sayText('stolen'));
    await ask(status(307, { location: `${other.url}/v1/audio/transcriptions` }));
    expect(other.received).toEqual([]);
    await other.close();
  });

  it('is trusted by the certificate that a person names, and by no other', async () => {
    const tls = makeCertificate();
    server = await openServer(sayText('Hello.'), tls);
    const stranger = await askAt(server.url);
    expect(stranger.kind).toBe('misconfigured');
    expect(server.received).toEqual([]);
    const caFile = join(folder, 'cert.pem');
    expect(await askAt(server.url, { caFile })).toEqual({ kind: 'text', text: 'Hello.' });
  });

  it('says which file can not be read', async () => {
    const about = { url: 'http://127.0.0.1:1', model: '', language: 'en', caFile: null };
    const open = RemoteEngine.open({ ...about, apiKeyFile: '/nowhere/key' });
    await expect(open).rejects.toThrow(/\[remote\] api_key_file = "\/nowhere\/key".*ENOENT/);
  });
});

describe('[remote] url', () => {
  it.each([
    'https://speech.example.org',
    'https://speech.example.org/base',
    'http://localhost:8000',
    'http://127.0.0.1:8000',
    'http://[::1]:8000',
    'http://192.168.1.20',
    'http://10.0.0.3:9',
    'http://172.20.0.3',
    'http://[fd00::2]',
  ])('%s may be used', (url) => expect(findUrlFlaw(url)).toBe(null));

  it.each([
    'speech.example.org',
    'http://speech.example.org',
    'http://8.8.8.8',
    'http://172.32.0.1',
    'http://192.168.1.20.example.org',
    'ftp://localhost',
    'https://user:secret@example.org',
    'https://example.org/?key=1',
    '',
  ])('%s may not', (url) => expect(findUrlFlaw(url)).not.toBe(null));
});

/** Announces more than it sends. */
function halfAnAnswer(...[response]: Parameters<Answer>): void {
  response.writeHead(200, { 'content-length': '100' });
  response.write('{"text":"half');
  setTimeout(() => response.destroy(), 20);
}

function makeCertificate(): { key: string; cert: string } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  execFileSync('openssl', [...made, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}
