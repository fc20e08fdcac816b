import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parseSnapshot } from '../../ts/protocol/command/snapshot.js';
import { askSocket, type DaemonProcess } from '../support/daemon.js';
import { openHome } from '../support/home.js';

async function start() {
  const home = openHome();
  const daemon = home.start(['--device', 'cpu', '--sink', `file:${home.file('typed')}`]);
  await daemon.said(/ready/);
  await cpuWorker(daemon, () => true);
  return { home, daemon, run: join(home.dir, 'run') };
}

/** The process of the CPU engine, once it has its model. */
async function cpuWorker(daemon: DaemonProcess, isWanted: (pid: number) => boolean) {
  for (;;) {
    const { models, workers } = parseSnapshot(await daemon.ask('snapshot'));
    const pid = workers.find(({ role }) => role === 'cpu')?.pid;
    if (models.stt.device === 'cpu' && typeof pid === 'number' && isWanted(pid)) return pid;
    await sleep(50);
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

describe('the folder for sockets, removed while the daemon runs', () => {
  it('is made again, private, with all sockets, and new workers connect', async () => {
    const { home, daemon, run } = await start();
    const before = await cpuWorker(daemon, () => true);
    rmSync(run, { recursive: true });
    await daemon.said(/was removed while dictation runs: made again/);
    const folder = join(run, 'swictation');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const socket of [home.controlSocket2, join(folder, 'command'), join(folder, 'events')]) {
      expect(statSync(socket).mode & 0o777).toBe(0o600);
    }
    expect(await askSocket(home.controlSocket2, '{"action":"status"}\n')).toMatch(/idle/);
    const pressed = daemon.event('state');
    await daemon.ask('toggle');
    await pressed;
    process.kill(before, 'SIGKILL');
    expect(await cpuWorker(daemon, (pid) => pid !== before)).not.toBe(before);
    await daemon.stop();
    expect(existsSync(home.controlSocket2)).toBe(false);
  });

  it('is tried again for as long as it can not be made', async () => {
    const { daemon, run } = await start();
    renameSync(run, `${run}.away`);
    writeFileSync(run, '');
    rmSync(`${run}.away`, { recursive: true });
    await daemon.said(/can't be made again now \(ENOTDIR\)/);
    rmSync(run);
    await daemon.said(/made again, and all sockets are open again/);
    await until(() => existsSync(join(run, 'swictation', 'command')));
    expect(await daemon.ask('status')).toMatchObject({ state: 'idle' });
    expect(daemon.stderr().match(/was removed while/g)).toHaveLength(2);
  });
});
