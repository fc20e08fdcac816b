import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DaemonProcess, startDaemon, textOf } from '../support/daemon.js';
import { type Part, pcmOf, writeWav } from '../support/speech.js';
import { openWorkspace, type Workspace } from '../support/workspace.js';
import { NO_SERVER, type SpeechServer, startServer } from './server.js';

const FOX_WORDS = 'the quick brown fox jumps over the lazy dog';
const TRAIN_WORDS = 'tomorrow we travel to the mountains by train';
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
});

/** Sentences and the rests behind them, at the pace of a person. */
function dictate(url: string, parts: readonly Part[]): DaemonProcess {
  workspace.configure(`[remote]\nurl = "${url}"\norder = "first"\n`);
  const sound = writeWav(workspace.file('said.wav'), pcmOf(parts));
  const source = ['--source', `wav:${resolve(sound)}`, '--realtime', '--start'];
  const sink = ['--sink', `file:${workspace.file('typed')}`, '--exit-when-done'];
  return startDaemon(workspace, ['--device', 'cpu', ...source, ...sink]);
}

async function finish(daemon: DaemonProcess, words: readonly string[]): Promise<void> {
  expect(await daemon.exited, daemon.stderr()).toEqual({ kind: 'exited', code: 0 });
  expect(textOf(workspace.file('typed'))).toBe(words.map((each) => `${each} `).join(''));
}

/** The next sentence, behind which the file stands still until the key is pressed again: the engine that heard it. */
async function nextEngine(daemon: DaemonProcess): Promise<unknown> {
  const { engine } = await daemon.event('transcription');
  await daemon.ask('toggle');
  return engine;
}

describe.skipIf(NO_SERVER !== null)('a daemon whose server', () => {
  it('stands still types every word once', async () => {
    server = await startServer(['--engine', 'embedded', '--threads', '1']);
    const daemon = dictate(server.url, ['fox', 2, 'garden', 2]);
    await daemon.event('transcription');
    server.signalAll('SIGSTOP');
    await finish(daemon, [FOX_WORDS, GARDEN_WORDS]);
    expect(daemon.stderr()).toMatch(/breaker of the other machine open/);
  }, 600_000);

  it('is killed and comes back, asks it again by itself', async () => {
    const first = await startServer(['--engine', 'embedded', '--threads', '1']);
    server = first;
    const remote = `remote 127.0.0.1:${first.port}`;
    const daemon = dictate(first.url, ['fox', 3, 'train', 3, 'garden', 3]);
    expect(await nextEngine(daemon), daemon.stderr()).toBe(remote);
    first.signal('SIGKILL');
    await first.exited;
    const alone = nextEngine(daemon);
    await daemon.ask('toggle');
    expect(await alone).not.toBe(remote);
    // What it had started ends with it.
    await sleep(3_000);
    server = await startServer(['--engine', 'embedded', '--threads', '1'], first.port);
    const state = async () => (await daemon.ask('snapshot')).remote;
    await expect
      .poll(state, { timeout: 300_000, interval: 500 })
      .toMatchObject({ state: 'closed' });
    const third = daemon.event('transcription');
    await daemon.ask('toggle');
    expect((await third).engine, daemon.stderr()).toBe(remote);
    await finish(daemon, [FOX_WORDS, TRAIN_WORDS, GARDEN_WORDS]);
  }, 600_000);
});
