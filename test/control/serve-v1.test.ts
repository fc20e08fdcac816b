import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { serveControlV1 } from '../../ts/control/serve-v1.js';
import { ask, closing, readAll, SmallDaemon, temporaryFolder } from './sockets.js';

async function open(daemon = new SmallDaemon()) {
  const path = join(temporaryFolder(), 'swictation.sock');
  closing(await serveControlV1(path, daemon));
  return { path, daemon };
}

const INVALID = '{"error": "Invalid JSON"}';

describe('replies, byte for byte', () => {
  test('toggle on and off, status between', async () => {
    const { path } = await open();
    expect(await ask(path, '{"action":"toggle"}')).toBe('{"status": "ok", "state": "recording"}');
    expect(await ask(path, '{"action":"status"}')).toBe('{"status": "ok", "state": "recording"}');
    expect(await ask(path, '{"action":"toggle"}')).toBe('{"status": "ok", "state": "idle"}');
  });

  test.each(['idle', 'recording', 'processing', 'error'] as const)('status %s', async (state) => {
    const { path, daemon } = await open();
    daemon.current = state;
    expect(await ask(path, '{"action": "status"}')).toBe(`{"status": "ok", "state": "${state}"}`);
  });

  test('stop answers before the daemon is told to end', async () => {
    const { path, daemon } = await open();
    const reply = await ask(path, '{"action":"stop"}');
    expect(reply).toBe('{"status": "ok", "message": "Stopping daemon"}');
    expect(daemon.shutdowns).toBe(1);
  });

  test.each([
    ['{"action":"Toggle"}', '{"error": "Unknown action: Toggle"}'],
    ['{"action":"quit"}', '{"error": "Unknown action: quit"}'],
    ['{}', '{"error": "Unknown action: "}'],
    ['{"action":""}', '{"error": "Unknown action: "}'],
    ['{"x":1}', '{"error": "Unknown action: "}'],
    ['{"action":5}', '{"error": "Unknown action: 5"}'],
    ['{"action":null}', '{"error": "Unknown action: None"}'],
    ['{"action":true}', '{"error": "Unknown action: True"}'],
    ['{"action":["a",1]}', `{"error": "Unknown action: ['a', 1]"}`],
    ['{"action":"é\\u007f"}', '{"error": "Unknown action: \\u00e9\\u007f"}'],
    ['{"action":"a\\"b\\n😀"}', '{"error": "Unknown action: a\\"b\\n\\ud83d\\ude00"}'],
    [' {"action":"status"}\n', '{"status": "ok", "state": "idle"}'],
    ['not json', INVALID],
    ['toggle', INVALID],
    ["{'action':'toggle'}", INVALID],
    ['{"action":"toggle"}{"action":"toggle"}', INVALID],
    ['{"action":toggle}', INVALID],
    ['\u0000\u0000', INVALID],
    ['[]', ''],
    ['"toggle"', ''],
    ['null', ''],
    ['5', ''],
  ])('%s', async (request, reply) => {
    const { path } = await open();
    expect(await ask(path, request)).toBe(reply);
  });

  test('bytes that are not UTF-8', async () => {
    const { path } = await open();
    expect(await ask(path, Buffer.from('{"action":"\xff"}', 'latin1'))).toBe(INVALID);
    expect(await ask(path, Buffer.from([0xff, 0xfe, 0x00]))).toBe(INVALID);
  });

  test('an error of the daemon', async () => {
    const daemon = new SmallDaemon();
    daemon.toggle = () => Promise.reject(new Error('microphone "x" lost\nsecond line'));
    const { path } = await open(daemon);
    const reply = await ask(path, '{"action":"toggle"}');
    expect(reply).toBe('{"error": "microphone \\"x\\" lost"}');
  });
});

describe('how a request may come', () => {
  test('in several writes, byte by byte', async () => {
    const { path } = await open();
    const pieces = [...'{"action":"status"}'];
    expect(await ask(path, ...pieces)).toBe('{"status": "ok", "state": "idle"}');
  });

  test('after a pause of half a second in the middle', async () => {
    const { path } = await open();
    const socket = connect(path);
    const reply = readAll(socket);
    socket.write('{"action":"tog');
    await new Promise((resolve) => setTimeout(resolve, 500));
    socket.write('gle"}');
    expect(await reply).toBe('{"status": "ok", "state": "recording"}');
  });

  test('with the client closing its side: half a request is invalid, nothing gets nothing', async () => {
    const { path } = await open();
    for (const [sent, wanted] of [
      ['{"action":"status"}', '{"status": "ok", "state": "idle"}'],
      ['{"action":"sta', INVALID],
      [' ', INVALID],
      ['[1,2', INVALID],
      ['', ''],
    ] as const) {
      const socket = connect(path);
      const reply = readAll(socket);
      socket.end(sent);
      expect(await reply).toBe(wanted);
    }
  });

  test('at most 1024 bytes', async () => {
    const { path } = await open();
    const fits = `{"action":"status"${' '.repeat(1024 - 19)}}`;
    expect(fits).toHaveLength(1024);
    expect(await ask(path, fits)).toBe('{"status": "ok", "state": "idle"}');
    expect(await ask(path, `${fits} `)).toBe(INVALID);
  });

  test('1 MB of garbage is answered, not reset', async () => {
    const { path } = await open();
    const socket = connect(path);
    const reply = readAll(socket);
    socket.write(Buffer.alloc(1_000_000, 'x'));
    expect(await reply).toBe(INVALID);
    const other = connect(path);
    const otherReply = readAll(other);
    other.write(Buffer.alloc(1_000_000, ' '));
    expect(await otherReply).toBe(INVALID);
  });
});

test('a silent client is closed after 5 s without a word, half a request as invalid', async () => {
  const { path } = await open();
  const startedMs = performance.now();
  const silent = readAll(connect(path));
  const half = connect(path);
  const halfReply = readAll(half);
  half.write('{"action":"toggle"');
  expect(await halfReply).toBe(INVALID);
  expect(performance.now() - startedMs).toBeGreaterThan(2_500);
  expect(await silent).toBe('');
  const tookMs = performance.now() - startedMs;
  expect(tookMs).toBeGreaterThan(4_500);
  // Far from never; a busy machine is late.
  expect(tookMs).toBeLessThan(60_000);
});

test('500 clients at once beside silent, half and garbage ones: all are served, and so is the next', async () => {
  const { path } = await open();
  for (let count = 0; count < 20; count += 1) {
    connect(path).on('error', () => undefined);
    connect(path).write('{"action":');
    connect(path)
      .on('error', () => undefined)
      .write(Buffer.alloc(1_000_000, 'g'));
  }
  const idle = '{"status": "ok", "state": "idle"}';
  const answers = Array.from({ length: 500 }, () => ask(path, '{"action":"status"}'));
  expect(await Promise.all(answers)).toEqual(answers.map(() => idle));
  const waits: number[] = [];
  for (let count = 0; count < 20; count += 1) {
    const startedMs = performance.now();
    expect(await ask(path, '{"action":"status"}')).toBe(idle);
    waits.push(performance.now() - startedMs);
  }
  // The best of twenty: a busy machine delays any one of them. One that waited for a silent client would take seconds.
  expect(Math.min(...waits)).toBeLessThan(1_000);
});

test('a slow toggle delays nobody else', async () => {
  const daemon = new SmallDaemon();
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const toggle = daemon.toggle.bind(daemon);
  let asked = false;
  daemon.toggle = () => {
    asked = true;
    return gate.then(toggle);
  };
  const { path } = await open(daemon);
  const slow = ask(path, '{"action":"toggle"}');
  await expect.poll(() => asked).toBe(true);
  expect(await ask(path, '{"action":"status"}')).toBe('{"status": "ok", "state": "idle"}');
  release();
  expect(await slow).toBe('{"status": "ok", "state": "recording"}');
});

test('a client that leaves before its reply harms nobody, and stop is still obeyed', async () => {
  const { path, daemon } = await open();
  for (const action of ['toggle', 'stop']) {
    const socket = connect(path);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    socket.write(`{"action":"${action}"}`, () => socket.destroy());
  }
  await expect.poll(() => daemon.shutdowns).toBe(1);
  expect(await ask(path, '{"action":"status"}')).toContain('"status": "ok"');
});
