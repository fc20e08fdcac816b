import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findLeftovers } from '../../ts/system/process/leftovers.js';
import { endLeftovers, type IfWeDie, startProgram } from '../../ts/system/process/process.js';
import { readStat } from '../../ts/system/process/process-stat.js';
import {
  currentRun,
  encodeRunMark,
  isOver,
  parseRunMark,
} from '../../ts/system/process/run-mark.js';

const PROCESS = fileURLToPath(new URL('../../dist/system/process/process.js', import.meta.url));

function isAlive(pid: number): boolean {
  const state = readStat(pid)?.state ?? 'X';
  return state !== 'Z' && state !== 'X';
}

/** A program of ours that has started `sleep` in one of the ways, and says its pid. */
async function startStarter(ifWeDie: IfWeDie) {
  const script = `
    import { startProgram } from '${PROCESS}';
    console.log(startProgram('sleep', ['600'], { ifWeDie: '${ifWeDie}' }).pid);
    setInterval(() => {}, 1000);`;
  const starter = startProgram(process.execPath, ['--input-type=module', '-e', script], {
    stdout: 'pipe',
  });
  const child = await new Promise<number>((resolve) =>
    starter.stdout?.once('data', (line: Buffer) => resolve(Number(line))),
  );
  onTestFinished(async () => {
    await starter.terminate(0);
    if (isAlive(child)) process.kill(child, 'SIGKILL');
  });
  await expect.poll(() => readFileSync(`/proc/${child}/comm`, 'utf8')).toBe('sleep\n');
  const killStarter = async () => {
    if (starter.pid !== undefined) process.kill(starter.pid, 'SIGKILL');
    await starter.exited;
  };
  return { child, killStarter };
}

describe('what is left when a program of ours is killed', () => {
  it('a long-lived child is killed by the kernel, also one that was stopped', async () => {
    const { child, killStarter } = await startStarter('killed');
    process.kill(child, 'SIGSTOP');
    await killStarter();
    await expect.poll(() => isAlive(child)).toBe(false);
  });

  it('a short-lived one is ended by the next start, also where it was stopped', async () => {
    const { child, killStarter } = await startStarter('swept');
    process.kill(child, 'SIGSTOP');
    await killStarter();
    // A daemon of another test that starts just now may end it first.
    await endLeftovers();
    await expect.poll(() => isAlive(child)).toBe(false);
  });

  it('nothing of a program that lives, and nothing that is to live on', async () => {
    const living = await startStarter('swept');
    const clipboard = await startStarter('lives_on');
    await clipboard.killStarter();
    const found = (await findLeftovers()).map(({ pid }) => pid);
    expect(found).not.toContain(living.child);
    expect(found).not.toContain(clipboard.child);
  });
});

describe('the mark of a run', () => {
  it('says whether the run is over', () => {
    const mark = currentRun();
    expect(parseRunMark(encodeRunMark(mark))).toEqual(mark);
    expect(isOver(mark)).toBe(false);
    expect(isOver({ ...mark, startTicks: mark.startTicks + 1 })).toBe(true);
    expect(isOver({ ...mark, bootId: 'another' })).toBe(true);
  });

  it('judges nothing of another namespace of pids: a container shares the folder and lives', () => {
    const { startTicks, pidNamespace, ...rest } = currentRun();
    const foreign = { ...rest, startTicks: startTicks + 1, pidNamespace: pidNamespace + 1 };
    expect(isOver(foreign)).toBe(false);
  });

  it.each(['', 'x', '1.2.3', '1.2.3.B', '1.2.3.a b', '-1.2.3.a', '1.2.3.a.5'])(
    'is not %j',
    (text) => expect(parseRunMark(text)).toBeNull(),
  );
});
