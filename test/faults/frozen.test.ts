import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readStat } from '../../ts/system/process/process-stat.js';
import { typedText } from '../support/speech.js';
import type { Rig } from './rig.js';
import { comeToRest, sayAll } from './rig-speech.js';
import { RATE_HZ } from './spoken.js';
import { startRig } from './start-rig.js';

/** What is promised on a machine at rest, and what is left to one that runs other tests too. */
const TEXT_S = 5;
const LOADED_FACTOR = 6;

function isAlive(pid: number): boolean {
  const state = readStat(pid)?.state ?? 'X';
  return state !== 'Z' && state !== 'X';
}

/** All processes of this rig's daemons besides the daemon itself. */
function childrenOf(rig: Rig): readonly number[] {
  const home = `XDG_STATE_HOME=${rig.workspace.env.XDG_STATE_HOME}\0`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== rig.daemon.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(home);
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function stop(rig: Rig, role: string | null): Promise<number> {
  const pid = await rig.appeared(role);
  process.kill(pid, 'SIGSTOP');
  return pid;
}

describe('a fork server that was stopped', () => {
  it('is replaced while its workers go on, and ends with them when the next one is ready', async () => {
    const rig = await startRig(['fox', 'train'], { speed: 1.5 });
    const cpu = await rig.pidOf('cpu');
    const old = await stop(rig, null);
    await sayAll(rig);
    expect(rig.desk.window).toBe(typedText(['fox', 'train']));
    await rig.until(() => !isAlive(old) && !isAlive(cpu ?? 0));
    await rig.ready();
    expect(await rig.pidOf(null)).not.toBe(old);
  });

  it('keeps nobody waiting when a worker dies then', async () => {
    const rig = await startRig(['fox'], { speed: 2 });
    await stop(rig, null);
    process.kill(await rig.appeared('cpu'), 'SIGKILL');
    const struckMs = performance.now();
    await sayAll(rig);
    expect(rig.desk.window).toBe(typedText(['fox']));
    const textS = ((rig.typedAtMs[0] ?? Number.POSITIVE_INFINITY) - struckMs) / 1e3;
    expect(textS).toBeLessThan(TEXT_S * LOADED_FACTOR);
  });

  it('leaves nothing behind when the daemon is killed, and the next daemon offers the speech', async () => {
    const rig = await startRig(['fox'], { speed: 1.5 });
    await rig.toggle();
    await rig.reached((rig.speech.sentences[0]?.toSample ?? 0) + 0.1 * RATE_HZ);
    await stop(rig, null);
    await stop(rig, 'ear');
    const children = childrenOf(rig);
    await rig.daemon.kill();
    await rig.until(() => !children.some(isAlive), 1_000 * LOADED_FACTOR);
    await rig.start();
    await comeToRest(rig);
    expect((await rig.pending()).map(({ text }) => text)).toEqual([typedText(['fox']).trim()]);
  });
});

describe('a worker that was stopped', () => {
  it.each(['cpu', 'ear'])('%s: is replaced at once', async (role) => {
    const rig = await startRig(['fox'], { speed: 2 });
    const stopped = await stop(rig, role);
    const struckMs = performance.now();
    await rig.until(() => !isAlive(stopped));
    expect(performance.now() - struckMs).toBeLessThan(4_000 * LOADED_FACTOR);
    await sayAll(rig);
    expect(rig.desk.window).toBe(typedText(['fox']));
    expect(rig.log).toContain('was stopped: it is replaced');
  });
});
