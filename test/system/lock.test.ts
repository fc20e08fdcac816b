import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireDaemonLock } from '../../ts/system/lock.js';
import { projectRoot } from '../../ts/system/paths.js';
import { startProgram } from '../../ts/system/process/process.js';
import { currentProcess } from '../../ts/system/process/process-identity.js';

/** A process that tries once, says how it went, and stays until its input ends. */
function startHolder(path: string) {
  const script = `
    import { acquireDaemonLock } from '${projectRoot()}/dist/system/lock.js';
    try { acquireDaemonLock(${JSON.stringify(path)}); console.log('held'); }
    catch (cause) { console.log(cause.message); }
    process.stdin.resume();`;
  const program = startProgram(process.execPath, ['--input-type=module', '-e', script], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const said = new Promise<string>((resolve) => {
    program.stdout?.once('data', (chunk: Buffer) => resolve(String(chunk).trim()));
    program.stdout?.once('end', () => resolve(''));
  });
  return { program, said };
}

describe('acquireDaemonLock', () => {
  let root: string;
  let path: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'swictation-'));
    path = join(root, 'state', 'daemon.lock');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('is taken, refused to others, released, and taken again', () => {
    const lock = acquireDaemonLock(path);
    expect(() => acquireDaemonLock(path)).toThrow(`already running (pid ${process.pid})`);
    lock.release();
    lock.release();
    acquireDaemonLock(path).release();
    expect(readdirSync(path)).toHaveLength(1);
  });

  it('is refused while another process lives, and free once that was killed', async () => {
    const holder = startHolder(path);
    expect(await holder.said).toBe('held');
    expect(() => acquireDaemonLock(path)).toThrow(`pid ${holder.program.pid}`);
    holder.program.signal('SIGKILL');
    await holder.program.exited;
    acquireDaemonLock(path).release();
  });

  it.each([
    ['a pid that somebody else got since', { ...currentProcess(), startTicks: 1 }],
    ['an earlier boot', { ...currentProcess(), bootId: 'another' }],
    ['a pid that is gone', { ...currentProcess(), pid: 4_194_305 }],
  ])('is free when left by %s', (_name, identity) => {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, '7'), JSON.stringify(identity));
    acquireDaemonLock(path).release();
    expect(readdirSync(path)).toEqual(['8']);
  });

  it.each(['', '{', 'null', '{"pid":1}', '\0\0\0'])(
    'is free when a power cut left %j',
    (content) => {
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, '1'), content);
      acquireDaemonLock(path).release();
    },
  );

  it('goes to exactly one of many who find a stale lock at the same time', async () => {
    for (let round = 0; round < 3; round += 1) {
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, '1'), JSON.stringify({ ...currentProcess(), startTicks: 1 }));
      const holders = Array.from({ length: 8 }, () => startHolder(path));
      const said = await Promise.all(holders.map((holder) => holder.said));
      expect(said.filter((line) => line === 'held')).toHaveLength(1);
      expect(said.filter((line) => line.includes('already running'))).toHaveLength(7);
      await Promise.all(holders.map((holder) => holder.program.terminate(1_000)));
      rmSync(path, { recursive: true });
    }
  });

  it('says so where the folder cannot be made', () => {
    writeFileSync(join(root, 'state'), '');
    expect(() => acquireDaemonLock(path)).toThrow(/could not be created/);
  });
});
