import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serveControlV1 } from '../../ts/control/serve-v1.js';
import { ask, closing, SmallDaemon, temporaryFolder } from './sockets.js';

const STALE_SOCKET = `
import os, socket, sys
socket.socket(socket.AF_UNIX).bind(sys.argv[1])
os._exit(0)`;

function leaveStaleSocket(path: string): void {
  const { status } = spawnSync('python3', ['-c', STALE_SOCKET, path]);
  expect(status).toBe(0);
}

test('mode 0600, in a folder that was made with 0700, and nothing is left beside it', async () => {
  const folder = join(temporaryFolder(), 'new');
  const path = join(folder, 'swictation.sock');
  const owner = await serveControlV1(path, new SmallDaemon());
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(folder)).toEqual(['swictation.sock']);
  await owner.close();
  await owner.close();
  expect(readdirSync(folder)).toEqual([]);
});

test('a stale socket is replaced', async () => {
  const path = join(temporaryFolder(), 's.sock');
  leaveStaleSocket(path);
  const before = lstatSync(path).ino;
  closing(await serveControlV1(path, new SmallDaemon()));
  expect(await ask(path, '{"action":"status"}')).toContain('idle');
  expect(before).toBeGreaterThan(0);
});

test('a living socket is refused and keeps working', async () => {
  const path = join(temporaryFolder(), 's.sock');
  closing(await serveControlV1(path, new SmallDaemon()));
  const second = serveControlV1(path, new SmallDaemon());
  await expect(second).rejects.toMatchObject({ code: 'socket_taken' });
  await expect(second).rejects.toThrow(`another program answers on ${path}`);
  expect(await ask(path, '{"action":"status"}')).toContain('idle');
});

test('a file, a folder or a symlink in the way is refused and left alone', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), 'precious');
  symlinkSync(join(folder, 'file'), join(folder, 'link'));
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'));
  for (const name of ['file', 'link', 'dangling']) {
    const start = serveControlV1(join(folder, name), new SmallDaemon());
    await expect(start).rejects.toMatchObject({ code: 'socket_in_the_way' });
    await expect(start).rejects.toThrow(/^[^\n]+$/);
  }
  expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
  expect(existsSync(join(folder, 'nowhere'))).toBe(false);
});

test('a path that is too long, and a folder that cannot be made', async () => {
  const long = join(temporaryFolder(), 'x'.repeat(120));
  const tooLong = serveControlV1(long, new SmallDaemon());
  await expect(tooLong).rejects.toMatchObject({ code: 'socket_path_invalid' });
  const under = serveControlV1('/proc/nothing/s.sock', new SmallDaemon());
  await expect(under).rejects.toMatchObject({ code: 'socket_failed' });
});

test('a short name in a folder just below the limit works', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'y'.repeat(107 - folder.length - 3), 'c');
  expect(path).toHaveLength(107);
  closing(await serveControlV1(path, new SmallDaemon()));
  expect(await ask(path, '{"action":"status"}')).toContain('idle');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('closing leaves alone what another has put in its place', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 's.sock');
  const first = await serveControlV1(path, new SmallDaemon());
  renameSync(path, join(folder, 'moved'));
  closing(await serveControlV1(path, new SmallDaemon()));
  await first.close();
  expect(await ask(path, '{"action":"status"}')).toContain('idle');
});
