import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../support/workspace.js';
import { ask } from './ask.js';
import { heardBy } from './hear.js';
import { NO_SERVER, type SpeechServer, startServer } from './server.js';

const TINY = resolve('models/tiny-canary.nemo');
const WORDS = 'the quick brown fox jumps over the lazy dog';
const AT_ONCE = 12;
const why = NO_SERVER ?? (existsSync(TINY) ? null : `${TINY} is not there: make tiny-canary`);

describe.skipIf(why !== null)(`a server with Canary${why === null ? '' : `: ${why}`}`, () => {
  let workspace: Workspace;
  let server: SpeechServer;
  let clip = '';

  beforeAll(async () => {
    workspace = openWorkspace();
    // The clip that the model brings along, in a voice that it knows.
    const listed = execFileSync('tar', ['-tf', TINY], { encoding: 'utf8' }).split('\n');
    const member = listed.find((name) => name.endsWith('known_clip.wav')) ?? '';
    execFileSync('tar', ['-xf', TINY, '-C', workspace.dir, member]);
    clip = workspace.file(member);
    const engine = ['--engine', 'canary', '--model', TINY, '--batch-s', '40'];
    server = await startServer(engine, undefined, { XDG_CACHE_HOME: workspace.dir });
  }, 600_000);

  afterAll(async () => {
    await server?.stop();
    workspace.remove();
  });

  it('reads what came meanwhile together, and gives each its own words', async () => {
    const alone = await ask(server.url, clip, { language: 'en' });
    expect(JSON.parse(alone.body)).toEqual({ text: WORDS });
    const silence = Buffer.concat([(await import('node:fs')).readFileSync(clip).subarray(0, 44)]);
    const still = Buffer.concat([silence, Buffer.alloc(32_000)]);
    still.writeUInt32LE(32_000, 40);
    const files = Array.from({ length: AT_ONCE }, (_, at) => (at % 4 === 3 ? still : clip));
    const startedMs = performance.now();
    const answers = await Promise.all(files.map((file) => ask(server.url, file)));
    const tookMs = performance.now() - startedMs;
    process.stdout.write(`Canary: ${AT_ONCE} at once took ${tookMs.toFixed(0)} ms\n`);
    answers.forEach((answer, at) => {
      expect(answer.status, answer.body).toBe(200);
      expect(JSON.parse(answer.body).text).toBe(at % 4 === 3 ? '' : WORDS);
    });
  });

  it('is the engine of a daemon that names it', async () => {
    workspace.configure(`[remote]\nurl = "${server.url}"\norder = "first"\n`);
    const typed = await heardBy(workspace, `remote 127.0.0.1:${server.port}`, clip);
    expect(typed).toContain(`${WORDS} `);
  });
});
