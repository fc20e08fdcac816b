import { existsSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { MetricsHub } from '../../ts/control/metrics-hub.js';
import { serveMetrics } from '../../ts/control/serve-metrics.js';
import { closing, temporaryFolder } from './sockets.js';

const AT = new Date(2025, 0, 2, 9, 5, 7, 500);

async function open() {
  const folder = temporaryFolder();
  const paths = [join(folder, 'a.sock'), join(folder, 'b.sock')] as const;
  const hub = new MetricsHub(() => AT);
  const owner = closing(await serveMetrics(paths, hub));
  return { paths, hub, owner };
}

/** A client that collects lines. */
function follow(path: string) {
  const socket: Socket = connect(path);
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  socket.on('error', () => undefined);
  const lines = (): Record<string, unknown>[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  const types = () => lines().map(({ type }) => type);
  return { socket, lines, types };
}

const segment = { text: 'hello', wpm: 60, latencyMs: 200, words: 1 };

test('mode 0600; gone after close', async () => {
  const { paths, owner } = await open();
  for (const path of paths) expect(statSync(path).mode & 0o777).toBe(0o600);
  await owner.close();
  for (const path of paths) expect(existsSync(path)).toBe(false);
});

test('a new client gets the state and every text of the session, then what happens, on both sockets', async () => {
  const { paths, hub } = await open();
  hub.setState('recording');
  hub.sessionStart(1);
  hub.transcription({ ...segment, text: 'old' });
  hub.sessionStart(2);
  hub.transcription(segment);
  hub.transcription({ ...segment, text: 'world' });
  for (const path of paths) {
    const client = follow(path);
    await expect.poll(client.types).toEqual(['state_change', 'transcription', 'transcription']);
    expect(client.lines()[0]).toEqual({
      type: 'state_change',
      state: 'recording',
      timestamp: AT.getTime() / 1000,
    });
    expect(client.lines()[1]).toMatchObject({ text: 'hello', timestamp: '09:05:07' });
    hub.sessionEnd(2);
    hub.setState('idle');
    hub.setState('idle');
    await expect.poll(() => client.types().slice(3)).toContain('state_change');
    hub.setState('recording');
    client.socket.destroy();
  }
});

test('a client that closes its writing side still reads', async () => {
  const { paths, hub } = await open();
  const client = follow(paths[0]);
  client.socket.end();
  await expect.poll(client.types).toEqual(['state_change']);
  hub.sessionStart(1);
  await expect.poll(client.types).toEqual(['state_change', 'session_start']);
});

test('a client that sends garbage is listened to by nobody', async () => {
  const { paths, hub } = await open();
  const client = follow(paths[0]);
  client.socket.write(Buffer.alloc(1_000_000, 'x'));
  await expect.poll(client.types).toEqual(['state_change']);
  hub.sessionStart(1);
  await expect.poll(client.types).toContain('session_start');
});

test('a client that never reads is dropped; others get each line and telling takes no time', async () => {
  const { paths, hub } = await open();
  const lazy = connect(paths[0]);
  onTestFinished(() => void lazy.destroy());
  lazy.pause();
  const closed = new Promise((resolve) => lazy.once('close', resolve));
  lazy.on('error', () => undefined);
  const reader = follow(paths[0]);
  await expect.poll(reader.types).toHaveLength(1);
  const long = { ...segment, text: 'x'.repeat(10_000) };
  const toldMs: number[] = [];
  for (let count = 0; count < 400; count += 1) {
    const beforeMs = performance.now();
    hub.transcription(long);
    toldMs.push(performance.now() - beforeMs);
    if (count % 50 === 49) await expect.poll(reader.types).toHaveLength(count + 2);
  }
  // The median: any single one may be delayed by what else this machine does.
  expect(toldMs.sort((a, b) => a - b)[200]).toBeLessThan(500);
  await expect.poll(reader.types).toHaveLength(401);
  lazy.resume();
  await closed;
});

test('a session of any length is told to a new client, up to 4 MB of text', async () => {
  const { paths, hub } = await open();
  for (let count = 0; count < 5_000; count += 1) {
    hub.transcription({ ...segment, text: `${count} ${'y'.repeat(1_000)}` });
  }
  const client = follow(paths[0]);
  await expect.poll(() => client.lines().at(-1)?.text).toMatch(/^4999 /);
  expect(client.lines().length).toBeGreaterThan(3_000);
  expect(client.lines().length).toBeLessThan(4_000);
});

test('clients that come and go leave nothing behind', async () => {
  const { paths, hub } = await open();
  for (let count = 0; count < 600; count += 1)
    connect(paths[0])
      .on('error', () => undefined)
      .end();
  const client = follow(paths[0]);
  await expect.poll(client.types).toHaveLength(1);
  hub.sessionStart(1);
  hub.sessionEnd(1);
  await expect.poll(client.types).toEqual(['state_change', 'session_start', 'session_end']);
});
