import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { killAllNow, runProgram, startProgram } from '../../ts/system/process/process.js';

/** A program in JavaScript, so that the tests need no shell. */
function node(script: string): [string, string[]] {
  return [process.execPath, ['-e', script]];
}

/** Far beyond what a busy machine takes. */
const PATIENT_MS = 60_000;
const STUBBORN = "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000);";

function nextLine(stream: NodeJS.ReadableStream | null): Promise<string> {
  return new Promise((resolve) => stream?.once('data', (chunk: Buffer) => resolve(String(chunk))));
}

function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

describe('runProgram', () => {
  it('collects both streams and the exit code', async () => {
    const script =
      "process.stdout.write('out'); process.stderr.write('err'); process.exitCode = 3;";
    const result = await runProgram(...node(script), { timeoutMs: PATIENT_MS });
    expect(result).toEqual({ kind: 'ended', code: 3, signal: null, stdout: 'out', stderr: 'err' });
  });

  it('passes the input and the environment', async () => {
    const script =
      'process.stdin.on("data", (d) => process.stdout.write(process.env.GREETING + d));';
    const result = await runProgram(...node(script), {
      input: 'größe',
      env: { ...process.env, GREETING: 'hi ' },
      timeoutMs: PATIENT_MS,
    });
    expect(result.stdout).toBe('hi größe');
  });

  it('survives a program that never reads its input', async () => {
    const result = await runProgram('true', [], {
      input: 'x'.repeat(1_000_000),
      timeoutMs: PATIENT_MS,
    });
    expect(result).toMatchObject({ kind: 'ended', code: 0 });
  });

  it('names a missing program and a file that is not executable', async () => {
    const missing = await runProgram('no-such-program', [], { timeoutMs: PATIENT_MS });
    expect(missing.kind).toBe('not_found');
    expect(missing.stderr).toBe('no-such-program not found: install it or put it on PATH');
    const plain = await runProgram('/etc/passwd', [], { timeoutMs: PATIENT_MS });
    expect(plain).toMatchObject({
      kind: 'not_found',
      stderr: expect.stringContaining('executable'),
    });
  });

  it('refuses an argument that no program can take without throwing', async () => {
    const result = await runProgram('true', ['a\0b'], { timeoutMs: PATIENT_MS });
    expect(result.kind).toBe('not_found');
  });

  it('ends a program at the time-out', async () => {
    const result = await runProgram('sleep', ['60'], { timeoutMs: 200 });
    expect(result).toMatchObject({ kind: 'timed_out', signal: 'SIGTERM' });
  });

  it('ends a program by KILL where TERM is ignored', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stubborn-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const deaf = join(folder, 'deaf');
    const script = `${STUBBORN} require('node:fs').writeFileSync('${deaf}', '');`;
    const abort = new AbortController();
    const limits = { timeoutMs: PATIENT_MS, killGraceMs: 50, signal: abort.signal };
    const running = runProgram(...node(script), limits);
    await expect.poll(() => existsSync(deaf)).toBe(true);
    abort.abort();
    expect(await running).toMatchObject({ kind: 'aborted', signal: 'SIGKILL' });
  });

  it('ends a program at the abort', async () => {
    const abort = new AbortController();
    const running = runProgram('sleep', ['60'], { timeoutMs: PATIENT_MS, signal: abort.signal });
    abort.abort();
    expect(await running).toMatchObject({ kind: 'aborted', signal: 'SIGTERM' });
    const again = await runProgram('sleep', ['60'], {
      timeoutMs: PATIENT_MS,
      signal: abort.signal,
    });
    expect(again.kind).toBe('aborted');
  });

  it('keeps no more output than asked for', async () => {
    const script = "process.stdout.write('y'.repeat(500000));";
    const result = await runProgram(...node(script), { timeoutMs: PATIENT_MS, maxOutputBytes: 10 });
    expect(result).toMatchObject({ kind: 'ended', stdout: 'yyyyyyyyyy' });
  });

  it('does not wait for a program in the background that holds the pipe', async () => {
    const result = await runProgram('sh', ['-c', 'sleep 600 & echo $!'], { timeoutMs: PATIENT_MS });
    expect(result).toMatchObject({ kind: 'ended', code: 0 });
    expect(isAlive(Number(result.stdout))).toBe(true);
    process.kill(Number(result.stdout), 'SIGKILL');
  });
});

describe('startProgram', () => {
  it('reports the signal that ended a program', async () => {
    const program = startProgram('sleep', ['60']);
    expect(program.signal('SIGINT')).toBe(true);
    expect(await program.exited).toEqual({ kind: 'signalled', signal: 'SIGINT' });
    expect(program.signal('SIGTERM')).toBe(false);
  });

  it('reports a missing program through exited', async () => {
    const exit = await startProgram('no-such-program', []).exited;
    expect(exit).toMatchObject({ kind: 'not_started', problem: { code: 'program_missing' } });
  });

  it('ends the children of the program too', async () => {
    const program = startProgram('sh', ['-c', 'sleep 61 & echo $!; wait'], { stdout: 'pipe' });
    const grandchild = Number(await nextLine(program.stdout));
    await program.terminate(2_000);
    await expect.poll(() => isAlive(grandchild)).toBe(false);
  });

  it('ends what the program leaves behind, deaf to TERM, too', async () => {
    const script = `sh -c 'trap "" TERM; echo $$; while :; do sleep 1; done' & wait`;
    const program = startProgram('sh', ['-c', script], { stdout: 'pipe' });
    const deaf = Number(await nextLine(program.stdout));
    expect(await program.terminate(20_000)).toEqual({ kind: 'signalled', signal: 'SIGTERM' });
    await expect.poll(() => isAlive(deaf)).toBe(false);
  });

  it('escalates to KILL', async () => {
    const program = startProgram(...node(STUBBORN), { stdout: 'pipe' });
    await nextLine(program.stdout);
    expect(await program.terminate(50)).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
  });

  it('kills everything at once as a last resort', async () => {
    const programs = [startProgram('sleep', ['62']), startProgram('sleep', ['63'])];
    killAllNow();
    for (const program of programs) {
      expect(await program.exited).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
    }
  });

  it('leaves no child behind when our own program crashes', async () => {
    const root = new URL('../..', import.meta.url).pathname;
    const script = `
      import { startProgram } from '${root}/dist/system/process/process.js';
      console.log(startProgram('sleep', ['64']).pid);
      setTimeout(() => { throw new Error('crash'); }, 50);`;
    const result = await runProgram(process.execPath, ['--input-type=module', '-e', script], {
      timeoutMs: PATIENT_MS,
    });
    expect(result.code).not.toBe(0);
    expect(result.stdout).toMatch(/^\d+\n$/);
    await expect.poll(() => isAlive(Number(result.stdout))).toBe(false);
  });
});
