import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectServiceManager, watchdogIntervalMs } from '../../ts/system/desktop/sd-notify.js';
import { type RunningProgram, startProgram } from '../../ts/system/process/process.js';
import { onPath } from './private-bus.js';

/** A service manager's end of the socket: prints each datagram as one line of JSON. */
const RECEIVER = `
import json, os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
    message, fds, _, _ = socket.recv_fds(s, 4096, 8)
    for fd in fds: os.close(fd)
    print(json.dumps(message.decode()), flush=True)
`;

describe('watchdogIntervalMs', () => {
  it('is a third of what the service asks of this process', () => {
    const env = { NOTIFY_SOCKET: '/run/n', WATCHDOG_USEC: '30000000' };
    expect(watchdogIntervalMs(env)).toBe(10_000);
    expect(watchdogIntervalMs({ ...env, WATCHDOG_PID: String(process.pid) })).toBe(10_000);
    expect(watchdogIntervalMs({ ...env, WATCHDOG_PID: '1' })).toBeNull();
    expect(watchdogIntervalMs({ ...env, WATCHDOG_USEC: 'x' })).toBeNull();
    expect(watchdogIntervalMs({ WATCHDOG_USEC: '30000000' })).toBeNull();
  });
});

describe.skipIf(!onPath('systemd-notify'))('connectServiceManager (needs systemd-notify)', () => {
  let root: string;
  let receiver: RunningProgram;
  let received: string;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'swictation-'));
    const socket = join(root, 'notify');
    receiver = startProgram('python3', ['-c', RECEIVER, socket], { stdout: 'pipe' });
    received = '';
    receiver.stdout?.on('data', (chunk: Buffer) => {
      received += String(chunk);
    });
    await expect.poll(() => received).toContain('bound');
    env = { ...process.env, NOTIFY_SOCKET: socket, WATCHDOG_USEC: '150000' };
  });
  afterEach(async () => {
    await receiver.terminate(1_000);
    rmSync(root, { recursive: true, force: true });
  });

  it('says ready, status and stopping', async () => {
    const manager = connectServiceManager(env);
    await manager.ready('Ready\nto record');
    await manager.stopping();
    await expect.poll(() => received).toContain('STOPPING=1');
    expect(received).toContain('READY=1');
    expect(received).toContain('STATUS=Ready to record');
  });

  it('reports life only while healthy', async () => {
    let healthy = true;
    const count = () => received.split('WATCHDOG=1').length - 1;
    const watchdog = connectServiceManager(env).startWatchdog(() => healthy);
    await expect.poll(count).toBeGreaterThan(2);
    healthy = false;
    watchdog.close();
  });
});

describe('connectServiceManager without a service manager', () => {
  it('does nothing', async () => {
    const manager = connectServiceManager({});
    await manager.ready('x');
    await manager.status('x');
    manager.startWatchdog(() => true).close();
  });
});
