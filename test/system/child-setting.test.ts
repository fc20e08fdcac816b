import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../ts/system/paths.js';
import { runProgram } from '../../ts/system/process/process.js';
import { textOf } from '../support/daemon.js';
import { openHome } from '../support/home.js';
import { recording, SPOKEN } from '../support/speech.js';

const SHELL_PATH = '/usr/bin:/bin';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/stranger-');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program of ours in another program, whose current folder is the stranger's. */
function runThere(script: string, env: NodeJS.ProcessEnv) {
  const root = projectRoot();
  const source = `import { runProgram } from '${root}/dist/system/process/process.js';\n${script}`;
  const args = ['--input-type=module', '-e', source];
  return runProgram(process.execPath, args, { cwd: folder, env, timeoutMs: 60_000 });
}

function plantProgram(path: string): void {
  writeFileSync(path, `#!/bin/sh\necho planted >>${folder}/executed\n`);
  chmodSync(path, 0o755);
}

describe('a child', () => {
  it.each([['.'], [''], ['bin']])('is not looked for in the PATH entry "%s"', async (entry) => {
    mkdirSync(join(folder, 'bin'));
    for (const path of ['wtype-x', 'bin/wtype-x']) plantProgram(join(folder, path));
    const script = `console.log((await runProgram('wtype-x', [], { timeoutMs: 50_000 })).kind);`;
    const result = await runThere(script, { PATH: `${entry}:${SHELL_PATH}` });
    expect(result.stdout).toBe('not_found\n');
    expect(textOf(join(folder, 'executed'))).toBe('');
  });

  it('finds no code in the current folder through what it inherits', async () => {
    plantProgram(join(folder, 'inner'));
    const script = `
      const env = { PATH: '.:' + process.env.PATH + ':', LD_LIBRARY_PATH: '/opt/a:', HOME: '/root' };
      const inner = 'pwd; echo "$PATH $LD_LIBRARY_PATH"; inner';
      console.log((await runProgram('sh', ['-c', inner], { env, timeoutMs: 50_000 })).stdout);`;
    const result = await runThere(script, { PATH: SHELL_PATH });
    expect(result.stdout).toBe(`/\n${SHELL_PATH} /opt/a\n\n`);
    expect(textOf(join(folder, 'executed'))).toBe('');
  });

  it('starts where the current folder is gone, and without a PATH', async () => {
    const script = `
      import { rmSync } from 'node:fs';
      rmSync('${folder}', { recursive: true });
      console.log((await runProgram('pwd', [], { env: {}, timeoutMs: 50_000 })).stdout);`;
    expect((await runThere(script, { PATH: SHELL_PATH })).stdout).toBe('/\n\n');
  });

  it('is found by a path from the current folder', async () => {
    plantProgram(join(folder, 'mine'));
    const script = `console.log((await runProgram('./mine', [], { timeoutMs: 50_000 })).code);`;
    expect((await runThere(script, { PATH: SHELL_PATH })).stdout).toBe('0\n');
    expect(textOf(join(folder, 'executed'))).toBe('planted\n');
  });
});

/** Modules that the worker, its libraries or Python itself import. */
const MODULES = [
  ...[
    'av',
    'random',
    'json',
    'numpy',
    'zmq',
    'runpy',
    'encodings',
    'faster_whisper',
    'ctranslate2',
  ],
  ...[
    'sitecustomize',
    'usercustomize',
    'swictation_worker',
    'importlib',
    'torch',
    'nemo',
    'signal',
  ],
];

/** A folder as a stranger's checkout may be, and a session that points at it in every way that Python knows. */
function plantStrangersFolder(home: string): NodeJS.ProcessEnv {
  const line = `open(${JSON.stringify(join(folder, 'executed'))}, 'a').write(__name__ + '\\n')\n`;
  const sites = [11, 12, 13, 14].map((minor) =>
    join(home, `.local/lib/python3.${minor}/site-packages`),
  );
  for (const site of sites) mkdirSync(site, { recursive: true });
  for (const site of [folder, ...sites]) {
    for (const name of MODULES) writeFileSync(join(site, `${name}.py`), line);
    writeFileSync(join(site, 'stranger.pth'), `import usercustomize\n`);
  }
  for (const name of ['getconf', 'nvidia-smi', 'pw-record', 'wtype', 'sh', 'python3']) {
    plantProgram(join(folder, name));
  }
  return {
    PATH: `.::${process.env.PATH}:`,
    PYTHONPATH: `.:${folder}`,
    PYTHONHOME: '/nonexistent',
    PYTHONSTARTUP: join(folder, 'av.py'),
    PYTHONWARNINGS: 'error',
    PYTHONINSPECT: '1',
    PYTHONIOENCODING: 'ascii',
    LD_LIBRARY_PATH: ':',
  };
}

describe('a folder with a stranger’s files', () => {
  it('runs none of them: transcribe, the daemon, doctor', async () => {
    const home = openHome();
    const env = { ...home.env, ...plantStrangersFolder(home.dir) };
    copyFileSync(recording('fox'), join(folder, 'words.wav'));
    const run = (program: string, ...args: string[]) =>
      runProgram(process.execPath, [join(projectRoot(), 'dist/bin', program), ...args], {
        ...{ cwd: folder, env, timeoutMs: 90_000 },
      });
    const told = await run('swictation.js', 'transcribe', 'words.wav');
    expect(told).toMatchObject({ stdout: `${SPOKEN.get('fox')}\n`, stderr: '' });
    const play = ['--source', 'wav:words.wav', '--fast', '--start', '--exit-when-done'];
    const typed = await run('swictationd.js', ...play, '--sink', 'file:typed', '--device', 'cpu');
    expect([typed.code, textOf(join(folder, 'typed'))]).toEqual([0, `${SPOKEN.get('fox')} `]);
    await run('swictation.js', 'doctor');
    expect(textOf(join(folder, 'executed'))).toBe('');
  }, 200_000);
});
