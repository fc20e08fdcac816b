import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DaemonProcess, startDaemon, textOf } from '../support/daemon.js';
import { pcmOf, writeWav } from '../support/speech.js';
import { openWorkspace, type Workspace } from '../support/workspace.js';
import { NO_SERVER, type SpeechServer, startServer } from './server.js';

const FOX_WORDS = 'the quick brown fox jumps over the lazy dog';
const GARDEN_WORDS = 'we will meet again in the garden after lunch';

let workspace: Workspace;
let server: SpeechServer | null = null;

beforeEach(() => {
  workspace = openWorkspace();
});

afterEach(async () => {
  server?.signalAll('SIGCONT');
  await server?.stop();
  server = null;
  workspace.remove();
}, 90_000);

/** Two sentences, at the pace of a person. */
function dictate(url: string, pauseS: number): DaemonProcess {
  workspace.configure(`[remote]\nurl = "${url}"\norder = "first"\n`);
  const sound = writeWav(workspace.file('two.wav'), pcmOf(['fox', pauseS, 'garden', 2]));
  const source = ['--source', `wav:${resolve(sound)}`, '--realtime', '--start'];
  const sink = ['--sink', `file:${workspace.file('typed')}`, '--exit-when-done'];
  return startDaemon(workspace, ['--device', 'cpu', ...source, ...sink]);
}

async function finish(daemon: DaemonProcess): Promise<void> {
  expect(await daemon.exited, daemon.stderr()).toEqual({ kind: 'exited', code: 0 });
  expect(textOf(workspace.file('typed'))).toBe(`${FOX_WORDS} ${GARDEN_WORDS} `);
}

describe.skipIf(NO_SERVER !== null)('a daemon whose server', () => {
  it('stands still types every word once', async () => {
    server = await startServer(['--engine', 'embedded', '--threads', '1']);
    const daemon = dictate(server.url, 2);
    await daemon.event('transcription');
    server.signalAll('SIGSTOP');
    await finish(daemon);
    expect(daemon.stderr()).toMatch(/breaker of the other machine open/);
  }, 600_000);

  it('is killed and comes back, asks it again by itself', async () => {
    const first = await startServer(['--engine', 'embedded', '--threads', '1']);
    server = first;
    const daemon = dictate(first.url, 75);
    await daemon.event('transcription');
    first.signal('SIGKILL');
    await first.exited;
    // What it had started ends with it.
    await sleep(3_000);
    server = await startServer(['--engine', 'embedded', '--threads', '1'], first.port);
    const second = await daemon.event('transcription', ({ text }) => /garden/.test(String(text)));
    expect(second.engine, daemon.stderr()).toBe(`remote 127.0.0.1:${first.port}`);
    await finish(daemon);
  }, 600_000);
});
