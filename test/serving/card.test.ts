import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pcmOf, writeWav } from '../support/speech.js';
import { openWorkspace, type Workspace } from '../support/workspace.js';
import { ask } from './ask.js';
import { enginesOf } from './processes.js';
import { launch, NO_SERVER, type SpeechServer, startServer } from './server.js';

const FOX = resolve('test/fixtures/speech/fox.wav');
/** A card of 4 GB: the guard stands at 3700 MB, context and model take 2066, and 12 are lost in segments. */
const CARD = { total_mb: 4295, context_mb: 300, stt_mb: 1766 };
const GUARD_MB = 3700;
const OWN_MB = 2066;

let workspace: Workspace;
let server: SpeechServer | null = null;

beforeEach(() => {
  workspace = openWorkspace();
});

afterEach(async () => {
  await server?.stop();
  server = null;
  workspace.remove();
});

async function onCard(world: Record<string, number>): Promise<SpeechServer> {
  const sim = JSON.stringify({ ...CARD, ...world });
  server = await startServer(['--engine', 'sim', '--device', 'cuda', '--sim', sim]);
  return server;
}

describe.skipIf(NO_SERVER !== null)('a replica on a simulated card', () => {
  it('lets in what the guard of the policy would, and lives on', async () => {
    // 3 s of sound need 60 + 4 x 3 = 72 MB. 10 s at once, the shortest window, need 100.
    const { url, pid } = await onCard({ others_mb: GUARD_MB - OWN_MB - 92 });
    const [engine] = enginesOf(pid);
    const short = await ask(url, FOX);
    expect(short.status, short.body).toBe(200);
    const parts = ['fox', 'garden', 'letter', 'train', 'report'];
    const long = await ask(url, writeWav(workspace.file('long.wav'), pcmOf(parts)));
    expect(long.status, long.body).toBe(429);
    expect(Number(long.retryAfter)).toBeGreaterThan(0);
    expect(JSON.parse(long.body).error).toMatchObject({ code: 'overloaded' });
    expect((await ask(url, FOX)).status).toBe(200);
    expect(enginesOf(pid)).toEqual([engine]);
  }, 600_000);

  it('tells in one line that it has no room for the engine', async () => {
    const world = JSON.stringify({ ...CARD, others_mb: 3_000 });
    const server = launch(['--engine', 'sim', '--device', 'cuda', '--sim', world]);
    expect(await server.exited).toMatchObject({ kind: 'exited', code: 1 });
    expect(server.stderr()).toMatch(/no engine could be started: CUDA out of memory/);
    expect(server.stderr()).not.toContain('Traceback');
  }, 600_000);
});
