import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { pcmOf, recording, SPOKEN } from '../support/speech.js';
import { PROGRAM } from './harness.js';

interface Asked {
  readonly input?: Buffer;
  readonly cwd?: string;
}

function transcribe(args: readonly string[], { input, cwd }: Asked = {}) {
  const ended = spawnSync(process.execPath, [PROGRAM, 'transcribe', ...args], {
    timeout: 100_000,
    ...(input === undefined ? {} : { input }),
    ...(cwd === undefined ? {} : { cwd }),
  });
  return { code: ended.status, stdout: String(ended.stdout), stderr: String(ended.stderr) };
}

it('reads stdin, and a file whose name begins with a dash', { timeout: 200_000 }, () => {
  const cwd = mkdtempSync(join(tmpdir(), 'swictation-dash-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  copyFileSync(recording('garden'), join(cwd, '-a.wav'));
  const input = readFileSync(recording('fox'));
  const { code, stdout, stderr } = transcribe(['-', '--', '-a.wav'], { cwd, input });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(`${SPOKEN.get('fox')}\n${SPOKEN.get('garden')}\n`);
});

it('reads bare samples from stdin', { timeout: 200_000 }, () => {
  const { code, stdout } = transcribe(['--raw', '--json', '-'], { input: pcmOf(['fox']) });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ file: '-', text: SPOKEN.get('fox') });
});

it('reads stdin once', () => {
  const { code, stderr } = transcribe(['-', '-'], { input: Buffer.alloc(0) });
  expect({ code, stderr }).toEqual({ code: 2, stderr: '✗ Error: - (stdin) can be given once\n' });
});
