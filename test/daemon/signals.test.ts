import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runProgram, startProgram } from '../../ts/system/process/process.js';
import { CLIENT, DAEMON } from '../support/daemon.js';
import { openHome } from '../support/home.js';
import { recording } from '../support/speech.js';

const FAKES = new URL('../fixtures/bin', import.meta.url).pathname;

async function startReady() {
  const home = openHome();
  const env = {
    PATH: `${FAKES}:${process.env.PATH}`,
    ...{ MIC_DIR: home.dir, MIC_SCRIPT: 'stall 16000' },
  };
  const daemon = home.start(['--sink', `file:${home.file('typed')}`, '--device', 'cpu'], env);
  await daemon.said(/ready/);
  const sockets = [
    ...[home.controlSocket, home.controlSocket2, home.metricsSocket],
    ...[home.commandEndpoint, home.eventsEndpoint].map((each) => each.replace('ipc://', '')),
  ];
  for (const socket of sockets) expect(existsSync(socket)).toBe(true);
  return { home, daemon, left: () => sockets.filter((socket) => existsSync(socket)) };
}

/** TCP sockets of a process that wait for connections, which is what a debugger opens. */
function listeningPorts(pid: number): readonly string[] {
  const inodes = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return /^socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
    } catch {
      return undefined;
    }
  });
  const lines = ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/${pid}/net/${name}`, 'utf8').trim().split('\n').slice(1),
  );
  const columns = lines.map((line) => line.trim().split(/\s+/));
  return columns
    .filter(([, , , state, ...rest]) => state === '0A' && inodes.includes(rest[5]))
    .map(([, address]) => address ?? '');
}

describe('a signal to the daemon', () => {
  it.each([['SIGQUIT'], ['SIGUSR2'], ['SIGPWR'], ['SIGHUP', 'SIGTERM']] as const)(
    '%s ends it cleanly, its sockets removed',
    async (...signals) => {
      const { daemon, left } = await startReady();
      for (const signal of signals) process.kill(daemon.pid, signal);
      expect(await daemon.exited).toEqual({ kind: 'exited', code: 0 });
      expect(left()).toEqual([]);
    },
  );

  it('ends it cleanly, and without a crash, where it comes from a terminal that was closed', async () => {
    const home = openHome();
    const hangUp = new URL('../fixtures/hang_up.py', import.meta.url).pathname;
    const daemon = [DAEMON, '--sink', `file:${home.file('typed')}`, '--device', 'cpu'];
    const source = ['--source', `wav:${recording('fox')}`];
    const args = [hangUp, process.execPath, ...daemon, ...source];
    const { stdout, stderr } = await runProgram('python3', args, {
      env: home.env,
      timeoutMs: 60_000,
    });
    expect([stdout.trim(), stderr]).toEqual(['-9', '']);
    expect(existsSync(home.controlSocket)).toBe(false);
  });

  it('leaves no socket behind where it ends at once', async () => {
    const { daemon, left } = await startReady();
    await daemon.ask('start');
    process.kill(daemon.pid, 'SIGTERM');
    const again = setInterval(() => process.kill(daemon.pid, 'SIGTERM'), 300);
    const exit = await daemon.exited;
    clearInterval(again);
    expect(exit.kind).toBe('exited');
    expect(left()).toEqual([]);
  });

  it('USR1 toggles, and opens no debugger', async () => {
    const { daemon } = await startReady();
    const recording = daemon.event('state', ({ state }) => state === 'recording');
    await daemon.listening();
    process.kill(daemon.pid, 'SIGUSR1');
    await recording;
    expect(listeningPorts(daemon.pid)).toEqual([]);
    expect(daemon.stderr()).not.toMatch(/debugger/i);
  });
});

/** Whether Node is up in it: before that, the kernel ends a program for it. Not where it has ended. */
function catchesUsr1(pid: number): boolean {
  try {
    const [, caught = '0'] =
      /SigCgt:\s*(\w+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return (BigInt(`0x${caught}`) & (1n << 9n)) !== 0n;
  } catch {
    return false;
  }
}

describe('USR1 before a program listens to it', () => {
  it('leaves no debugger behind', async () => {
    const home = openHome();
    const daemon = home.start(['--sink', `file:${home.file('typed')}`, '--device', 'cpu'], {});
    const again = setInterval(() => {
      if (/[Dd]ebugger/.test(daemon.stderr())) clearInterval(again);
      else if (catchesUsr1(daemon.pid)) process.kill(daemon.pid, 'SIGUSR1');
    }, 5);
    await daemon.said(/ready/);
    clearInterval(again);
    expect(listeningPorts(daemon.pid)).toEqual([]);
  });
});

describe('a signal to the client', () => {
  it('USR1 opens no debugger', async () => {
    const { home } = await startReady();
    const client = startProgram(process.execPath, [CLIENT, 'status', '--follow'], {
      ...{ env: home.env, stdout: 'pipe', stderr: 'pipe' },
    });
    onTestFinished(async () => void (await client.terminate(500)));
    let told = '';
    client.stderr?.on('data', (bytes: Buffer) => {
      told += bytes.toString();
    });
    await new Promise((resolve) => client.stdout?.once('data', resolve));
    const pid = client.pid ?? 0;
    process.kill(pid, 'SIGUSR1');
    process.kill(pid, 'SIGTERM');
    expect(await client.exited).toEqual({ kind: 'exited', code: 143 });
    expect(told).toBe('');
  });
});
