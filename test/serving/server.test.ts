import { readdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../ts/system/process/process.js';
import { openWorkspace, type Workspace } from '../support/workspace.js';
import { type Answer, ask } from './ask.js';
import { heardBy } from './hear.js';
import { launch, NO_SERVER, type SpeechServer, startServer } from './server.js';

const FOX = resolve('test/fixtures/speech/fox.wav');
const FOX_WORDS = 'the quick brown fox jumps over the lazy dog';
const KEY = 'a key of twenty-four signs'.replaceAll(' ', '-');

function errorOf({ body }: Answer): Record<string, unknown> {
  return JSON.parse(body).error;
}

describe.skipIf(NO_SERVER !== null)(
  `the server${NO_SERVER === null ? '' : `: ${NO_SERVER}`}`,
  () => {
    let workspace: Workspace;
    let server: SpeechServer;

    beforeAll(async () => {
      workspace = openWorkspace();
      writeFileSync(workspace.file('keys'), `# of the office\n${KEY}\n`, { mode: 0o600 });
      const limits = ['--longest-s', '20', '--largest-mb', '1'];
      server = await startServer([
        ...['--engine', 'embedded', '--api-keys', workspace.file('keys')],
        ...limits,
      ]);
      // Another file's server may have its turn before.
    }, 600_000);

    afterAll(async () => {
      await server?.stop();
      workspace.remove();
    });

    it('says where it listens, and what a client writes into its configuration', async () => {
      expect(server.stderr()).toContain(`listening at ${server.url} with tiny.en int8, 1 replica`);
      await expect
        .poll(server.stdout)
        .toContain(`[remote]\nurl = "${server.url}"\nmodel = "tiny.en"\n`);
    });

    it('answers in the formats of that interface', async () => {
      const json = await ask(server.url, FOX, { language: 'en' }, KEY);
      expect(json.status).toBe(200);
      expect(JSON.parse(json.body)).toEqual({ text: `${FOX_WORDS}.` });
      const text = await ask(server.url, FOX, { response_format: 'text' }, KEY);
      expect(text.body).toBe(`${FOX_WORDS}.\n`);
      const verbose = await ask(server.url, FOX, { response_format: 'verbose_json' }, KEY);
      expect(JSON.parse(verbose.body)).toMatchObject({ text: `${FOX_WORDS}.`, language: 'en' });
    });

    it('reads other formats than its own, too', async () => {
      const flac = workspace.file('fox.flac');
      await runProgram(resolve('.venv/bin/python'), ['-c', TO_FLAC, FOX, flac], {
        timeoutMs: 60_000,
      });
      const answer = await ask(server.url, flac, {}, KEY);
      expect(JSON.parse(answer.body).text.toLowerCase()).toContain(FOX_WORDS);
    });

    const refused: readonly (readonly [
      string,
      string | Buffer | null,
      Readonly<Record<string, string>>,
      number,
      Readonly<Record<string, unknown>>,
    ])[] = [
      ['no sound', null, {}, 400, { param: 'file', code: 'invalid_file' }],
      ['noise', Buffer.from('noise'), {}, 400, { param: 'file' }],
      ['nothing', Buffer.alloc(0), {}, 400, { param: 'file' }],
      ['a text as sound', null, { file: 'hello' }, 400, { param: 'file' }],
      ['another model', FOX, { model: 'large' }, 404, { code: 'model_not_found', param: 'model' }],
      ['a language it lacks', FOX, { language: 'de' }, 400, { param: 'language' }],
      ['another format', FOX, { response_format: 'srt' }, 400, { param: 'response_format' }],
      ['too long', soundOf(25), {}, 413, { code: 'too_long' }],
      ['too large', soundOf(40), {}, 413, { code: 'too_large' }],
    ];

    it.each(refused)('refuses %s in the shape of that interface', async (...[, ...about]) => {
      const [file, fields, status, error] = about;
      const answer = await ask(server.url, file, fields, KEY);
      expect(answer.status).toBe(status);
      expect(errorOf(answer)).toMatchObject({ type: 'invalid_request_error', ...error });
      expect(errorOf(answer).message).toEqual(expect.any(String));
    });

    it.each([undefined, 'wrong', `${KEY}x`])('lets nobody in with the key %s', async (key) => {
      const answer = await ask(server.url, FOX, {}, key);
      expect(answer.status).toBe(401);
      expect(errorOf(answer)).toMatchObject({ code: 'invalid_api_key' });
    });

    it('tells whether it is well, and what Ray measures', async () => {
      const health = await fetch(`${server.url}/healthz`);
      expect(await health.json()).toEqual({ status: 'ok', engine: 'tiny.en int8', replicas: 1 });
      const headers = { authorization: `Bearer ${KEY}` };
      const read = async () => (await fetch(`${server.url}/metrics`, { headers })).text();
      expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
      await expect
        .poll(read, { interval: 1_000 })
        .toMatch(/^ray_serve_\w+\{.*deployment="engines"/m);
      await expect.poll(read, { interval: 1_000 }).toMatch(/^ray_swictation_sound_seconds/m);
    });

    it('is understood by a client that is not ours', async (test) => {
      const python = resolve('.venv-serve/bin/python');
      const has = await runProgram(python, ['-c', 'import openai'], { timeoutMs: 60_000 });
      test.skip(has.code !== 0, 'openai is not installed in .venv-serve: scripts/setup.sh test');
      const client = [resolve('test/serving/openai_client.py'), server.url, KEY, FOX];
      const { stdout, stderr } = await runProgram(python, client, { timeoutMs: 90_000 });
      expect(stdout.trim().split('\n'), stderr).toEqual([
        "['tiny.en']",
        `${FOX_WORDS}.`,
        `${FOX_WORDS}.`,
        `2.965 ['${FOX_WORDS}']`,
        '400 invalid_file file',
        '401 invalid_api_key',
      ]);
    });

    it('is the engine of a daemon that names it', async () => {
      writeFileSync(workspace.file('key'), KEY);
      const key = `api_key_file = "${workspace.file('key')}"`;
      workspace.configure(`[remote]\nurl = "${server.url}"\n${key}\norder = "first"\n`);
      const typed = await heardBy(workspace, `remote 127.0.0.1:${server.port}`, FOX);
      expect(typed).toMatch(new RegExp(`^${FOX_WORDS} `));
    });

    it('listens on this machine only, but for what asks for a word that nobody has', async () => {
      const { stdout } = await runProgram('ss', ['-ltnpH'], { timeoutMs: 60_000 });
      const lines = stdout.split('\n').filter((line) => /"(ray|gcs)/.test(line));
      expect(lines.length).toBeGreaterThan(3);
      const others = lines.filter((line) => !/\s\S*127\.0\.0\.1\S*:\d+\s/.test(line));
      expect(others.filter((line) => !line.includes('ray::ServeRepli'))).toEqual([]);
    });

    it('ends on Ctrl+C without a trace, in the log and on the machine', async () => {
      const folder = () =>
        readdirSync('/tmp').filter((name) => name.includes(`serve-${server.pid}-`));
      expect(folder()).toHaveLength(1);
      server.signal('SIGINT');
      expect(await server.exited).toEqual({ kind: 'exited', code: 0 });
      expect(server.stderr()).not.toMatch(/Traceback|Error/);
      expect(folder()).toEqual([]);
      const { stdout } = await runProgram('ps', ['-eo', 'args'], { timeoutMs: 60_000 });
      expect(stdout).not.toContain(`swictation-serve-${server.pid}-`);
      await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
    });
  },
);

describe.skipIf(NO_SERVER !== null)('a server that can not be started says why in one line', () => {
  async function refusal(args: readonly string[], site = true): Promise<string> {
    const server = launch(args, {}, site);
    expect(await server.exited).toMatchObject({ kind: 'exited', code: 1 });
    expect(server.stderr().trim().split('\n')).toHaveLength(1);
    return server.stderr();
  }

  it('where the port is taken', async () => {
    const taken = (await import('node:net')).createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await refusal(['--port', String(port)])).toMatch(
      new RegExp(`127.0.0.1:${port} can't be listened at.*--port ${port + 1}`),
    );
    taken.close();
  });

  it('where no engine is installed', async () => {
    expect(await refusal([], false)).toMatch(/no speech engine is installed: pip install/);
  });

  it('where the model is not there', async () => {
    const named = ['--engine', 'canary', '--model', '/nowhere/x.nemo'];
    expect(await refusal(named)).toMatch(/--model: \/nowhere\/x.nemo is not there/);
  });

  it('where everybody would be let in', async () => {
    expect(await refusal(['--host', '0.0.0.0'])).toMatch(/--api-keys FILE/);
  });

  it('where others can read the keys', async () => {
    const workspace = openWorkspace();
    writeFileSync(workspace.file('keys'), `${KEY}\n`, { mode: 0o644 });
    expect(await refusal(['--api-keys', workspace.file('keys')])).toMatch(/chmod 600/);
    workspace.remove();
  });
});

/** A WAV of quiet hum. */
function soundOf(seconds: number): Buffer {
  const bytes = seconds * 32_000;
  const header = Buffer.from('RIFF....WAVEfmt ....................data....', 'latin1');
  header.writeUInt32LE(bytes + 36, 4);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(16_000, 24);
  header.writeUInt32LE(32_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.writeUInt32LE(bytes, 40);
  return Buffer.concat([header, Buffer.alloc(bytes, 1)]);
}

const TO_FLAC = `
import sys, av
source, target = av.open(sys.argv[1]), av.open(sys.argv[2], "w")
stream = target.add_stream("flac", rate=16000)
for frame in source.decode(audio=0):
    target.mux(stream.encode(frame))
target.mux(stream.encode(None))
target.close()
`;
