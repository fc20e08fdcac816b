import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KNOWN_WORDS } from '../../../ts/daemon/workers/known-clip.js';
import { type Answer, openServer, type RemoteServer, sayText } from '../../remote/server.js';
import { type DaemonProcess, startDaemon, textOf } from '../../support/daemon.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';

const FOX = resolve('test/fixtures/speech/fox.wav');
const GARDEN = resolve('test/fixtures/speech/garden.wav');
let workspace: Workspace;
let server: RemoteServer | null = null;

beforeEach(() => {
  workspace = openWorkspace();
});

afterEach(async () => {
  await server?.close();
  server = null;
  workspace.remove();
});

function dictate(url: string, source = `wav:${FOX}`, more = ''): DaemonProcess {
  workspace.configure(`[remote]\nurl = "${url}"\nmodel = "large"\n${more}`);
  const pace = ['--source', source, '--realtime', '--start', '--exit-when-done'];
  return startDaemon(workspace, ['--device', 'cpu', ...pace, '--sink', `file:${typed()}`]);
}

const typed = () => workspace.file('typed');

async function finish(daemon: DaemonProcess): Promise<string> {
  const exit = await daemon.exited;
  expect(exit, daemon.stderr()).toEqual({ kind: 'exited', code: 0 });
  return textOf(typed());
}

describe('a daemon with an engine on another machine', () => {
  it('types what that engine heard, as it was said', async () => {
    server = await openServer(sayText('Hello, Dr. Brown! Nine comma please.'));
    const daemon = dictate(server.url);
    const event = daemon.event('transcription');
    expect(await finish(daemon)).toBe('hello doctor brown 9, please ');
    expect((await event).engine).toBe(`remote ${new URL(server.url).host} large`);
    expect(daemon.stderr()).toContain('speech may be sent to 127.0.0.1');
  });

  it('is told the language, and its text is not read as English', async () => {
    server = await openServer(sayText('Es kostet 9 €. Komma, new line, bitte!'));
    const german = dictate(server.url, `wav:${FOX}`, '[stt]\nlanguage = "de"\n');
    expect(await finish(german)).toBe('es kostet 9 € komma new line bitte ');
    const [asked] = server.received;
    expect(asked?.body.toString('latin1')).toContain('name="language"\r\n\r\nde');
    expect(german.stderr()).toMatch(/the embedded engine does not know German.*setup --languages/);
  });

  it('is not asked for a translation', async () => {
    server = await openServer(sayText('hello'));
    const more = '[stt]\nlanguage = "de"\ntranslate_to = "en"\n';
    const daemon = dictate(server.url, `wav:${FOX}`, more);
    await daemon.said(/\[remote\] is not used: a server does not translate/);
    await daemon.said(/the embedded engine does not know German: nothing dictates/);
    await daemon.kill();
    expect(server.received).toEqual([]);
  });

  const failures: readonly (readonly [string, Answer])[] = [
    ['that breaks the connection', (response) => response.destroy()],
    ['that answers garbage', (response) => response.end('{')],
    ['that refuses the key', (response) => response.writeHead(401).end()],
    ['that is overloaded', (response) => response.writeHead(429, { 'retry-after': '60' }).end()],
  ];

  it.each(failures)('reads the same sound itself behind one %s', async (_, answer) => {
    server = await openServer(answer);
    const text = await finish(dictate(server.url, `wav:${FOX},${GARDEN}`));
    expect(text).toContain('the quick brown fox jumps over the lazy dog');
    expect(text).toContain('garden');
    expect(server.received.length).toBeGreaterThan(0);
  });

  it('reads the same sound itself where nobody listens', async () => {
    const text = await finish(dictate('http://127.0.0.1:1'));
    expect(text).toContain('the quick brown fox jumps over the lazy dog');
  });

  it('refuses an address that would send sound through the open net in the clear', async () => {
    const daemon = dictate('http://speech.example.org');
    expect(await daemon.exited).toEqual({ kind: 'exited', code: 1 });
    expect(daemon.stderr()).toMatch(
      /\[remote\] url = "http:\/\/speech.example.org": must begin with https/,
    );
  });
});

it('the known words are those of the worker', () => {
  const source = readFileSync('py-worker/swictation_worker/known_clip.py', 'utf8');
  expect(source).toContain(`WORDS = "${KNOWN_WORDS}"`);
});
