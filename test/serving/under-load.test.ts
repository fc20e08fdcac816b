import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RemoteReply } from '../../ts/protocol/remote.js';
import { RemoteEngine } from '../../ts/remote/client.js';
import { startDaemon, textOf } from '../support/daemon.js';
import { pcmOf, writeWav } from '../support/speech.js';
import { openWorkspace, type Workspace } from '../support/workspace.js';
import { ask } from './ask.js';
import { enginesOf, residentMb } from './processes.js';
import { NO_SERVER, type SpeechServer, startServer } from './server.js';

const FOX = resolve('test/fixtures/speech/fox.wav');
const GARDEN = resolve('test/fixtures/speech/garden.wav');
/** 20 s, for which the client waits longer than an engine takes to be replaced. */
const LONG = ['fox', 0.5, 'garden', 0.5, 'letter', 0.5, 'train', 0.5, 'report', 5];
const LONG_WORDS = ['lazy dog', 'garden', 'letter', 'train', 'report'];
const FOX_WORDS = 'the quick brown fox jumps over the lazy dog';
const FOX_S = 2.965;
const CLIENTS = 50;
/** What the daemon waits for beyond the length of a sentence. */
const PATIENCE_S = 3;
/** A machine on which others work may need twice the time; one after the other, 50 would take longer by far. */
const LOADED_FACTOR = 2;
const LONGEST_MS = 100_000;
/** What an allocator may keep, over all processes; a leak of the sounds alone would be 14 MB a round. */
const MOST_GROWTH_MB = 40;

describe.skipIf(NO_SERVER !== null)('one replica on the CPU', () => {
  let workspace: Workspace;
  let server: SpeechServer;

  beforeAll(async () => {
    workspace = openWorkspace();
    server = await startServer(['--engine', 'embedded', '--threads', '1']);
  }, 600_000);

  afterAll(async () => {
    await server?.stop();
    workspace.remove();
  });

  const seen = { texts: 0, refused: 0, slowestS: 0 };

  async function crowd(): Promise<void> {
    const pcm = readFileSync(FOX).subarray(44);
    const engines = await Promise.all(
      Array.from({ length: CLIENTS }, () =>
        RemoteEngine.open({
          url: server.url,
          model: '',
          language: 'en',
          apiKeyFile: null,
          caFile: null,
        }),
      ),
    );
    const startedMs = performance.now();
    const replies = await Promise.all(
      engines.map(async (engine) => {
        const reply = await engine.transcribe(pcm, LONGEST_MS);
        return { reply, tookS: (performance.now() - startedMs) / 1e3 };
      }),
    );
    await Promise.all(engines.map((engine) => engine.close()));
    for (const { reply, tookS } of replies) {
      judge(reply);
      seen.slowestS = Math.max(seen.slowestS, tookS);
    }
  }

  function judge(reply: RemoteReply): void {
    if (reply.kind === 'text') {
      expect(reply.text).toBe(`${FOX_WORDS}.`);
      seen.texts += 1;
      return;
    }
    // 503: it was let in, and the machine had no time for it before nobody waited any more.
    const reason = expect.stringMatching(/^it answered (429|503)$/);
    expect(reply).toMatchObject({ kind: 'unavailable', reason });
    expect(reply.kind === 'unavailable' && reply.retryAfterS).toBeGreaterThan(0);
    seen.refused += 1;
  }

  it('answers 50 clients at once, or tells them when to come again, and does not grow', async () => {
    await crowd();
    await crowd();
    const beforeMb = residentMb(server.pid);
    await crowd();
    await crowd();
    await crowd();
    const grownMb = residentMb(server.pid) - beforeMb;
    process.stdout.write(
      `50 clients, 5 times: ${seen.texts} texts, ${seen.refused} told to come again, ` +
        `slowest answer ${seen.slowestS.toFixed(2)} s, ${grownMb.toFixed(0)} MB more\n`,
    );
    expect(seen.texts + seen.refused).toBe(5 * CLIENTS);
    expect(seen.texts).toBeGreaterThanOrEqual(5);
    expect(seen.slowestS).toBeLessThan((FOX_S + PATIENCE_S) * LOADED_FACTOR);
    expect(grownMb).toBeLessThan(MOST_GROWTH_MB);
  });

  it('replaces an engine that is killed in the middle of a request, which the next one answers', async () => {
    const [engine = 0] = enginesOf(server.pid);
    // Stopped first, so that the request is surely with it when it ends.
    process.kill(engine, 'SIGSTOP');
    const long = writeWav(workspace.file('long.wav'), pcmOf(LONG));
    const asked = ask(server.url, long);
    await sleep(1_000);
    process.kill(engine, 'SIGKILL');
    const answer = await asked;
    expect(answer.status, answer.body).toBe(200);
    for (const word of LONG_WORDS) expect(answer.body).toContain(word);
    expect(enginesOf(server.pid)).not.toContain(engine);
  });

  it('killed while a daemon dictates, costs no word', async () => {
    workspace.configure(`[remote]\nurl = "${server.url}"\norder = "first"\n`);
    const [engine = 0] = enginesOf(server.pid);
    process.kill(engine, 'SIGSTOP');
    const source = ['--source', `wav:${FOX},${GARDEN}`, '--realtime', '--start'];
    const sink = ['--sink', `file:${workspace.file('typed')}`, '--exit-when-done'];
    const daemon = startDaemon(workspace, ['--device', 'cpu', ...source, ...sink]);
    await daemon.said(/speech may be sent/);
    await sleep(4_500);
    process.kill(engine, 'SIGKILL');
    expect(await daemon.exited, daemon.stderr()).toEqual({ kind: 'exited', code: 0 });
    const text = textOf(workspace.file('typed'));
    expect(text.split(FOX_WORDS)).toHaveLength(2);
    expect(text).toContain('garden');
    await expect.poll(() => healthOf(server), { timeout: 60_000, interval: 500 }).toBe(200);
  });
});

async function healthOf({ url }: SpeechServer): Promise<number> {
  return (await fetch(`${url}/healthz`)).status;
}
