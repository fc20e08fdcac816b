import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Unpackr } from 'msgpackr';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Dealer, Request } from 'zeromq';
import { askDaemon } from '../../ts/control/client.js';
import { type CommandHandler, serveCommands } from '../../ts/control/serve-commands.js';
import { Problem } from '../../ts/domain/problem.js';
import { encodeMsgpack } from '../../ts/protocol/msgpack.js';
import { freePort } from '../support/free-port.js';
import { closing, temporaryFolder } from './sockets.js';

const unpackr = new Unpackr({ useRecords: false });
const python = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const script = fileURLToPath(new URL('command_client.py', import.meta.url));
/** Far beyond what a busy machine takes: whoever waits for so long waits for ever. */
const PATIENT_MS = 30_000;

/** Answers with what it got; some actions fail in their own way. */
const echo: CommandHandler = {
  async handle(action, fields) {
    if (action === 'empty_cache') throw new Problem('refused', 'no model is on a card');
    if (action === 'repeat') throw new Problem('nothing_to_repeat', 'nothing was said yet');
    if (action === 'last') throw new TypeError('broken\nat line 2');
    if (fields.action === 'transcribe') return { bytes: fields.pcm.length };
    return { ...fields };
  },
};

async function open(handler: CommandHandler = echo) {
  const folder = join(temporaryFolder(), 'swictation');
  const endpoint = `ipc://${folder}/command`;
  const owner = closing(await serveCommands(endpoint, handler));
  return { folder, endpoint, owner };
}

type Ask = Readonly<Record<string, unknown>>;

/** One python process; each request gets its answer. */
function startPython(endpoint: string) {
  const child = spawn(python, [script, endpoint], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (request: Ask): Promise<Record<string, unknown>> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value } = await lines.next();
    return JSON.parse(String(value));
  };
}

/** A DEALER without delimiter; frames in, the answer's last frame out, as it is. */
async function sendRaw(endpoint: string, frames: readonly (Buffer | string)[]): Promise<Buffer> {
  const dealer = new Dealer({ linger: 0, receiveTimeout: PATIENT_MS });
  dealer.connect(endpoint);
  try {
    await dealer.send([...frames]);
    return (await dealer.receive()).at(-1) ?? Buffer.alloc(0);
  } finally {
    dealer.close();
  }
}

async function codeOf(endpoint: string, frames: readonly (Buffer | string)[]): Promise<unknown> {
  const bytes = await sendRaw(endpoint, frames);
  const answer = bytes[0] === 0x7b ? JSON.parse(bytes.toString()) : unpackr.unpack(bytes);
  expect(answer).toMatchObject({ v: 1, ok: false });
  expect(answer.error.message).toMatch(/^[^\n]+$/);
  return answer.error.code;
}

test('the socket is 0600 in a 0700 folder and gone after close', async () => {
  const { folder, owner } = await open();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'command')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['command']);
  await owner.close();
  await owner.close();
  expect(readdirSync(folder)).toEqual([]);
});

test('python clients: REQ and DEALER, msgpack and JSON, each answered in its own way', async () => {
  const { endpoint } = await open();
  const ask = startPython(endpoint);
  for (const socket of ['req', 'dealer', 'bare']) {
    for (const encoding of ['msgpack', 'json']) {
      const message = { v: 1, id: [socket, 7, null], action: 'status' };
      const answer = await ask({ socket, encoding, message });
      const wanted = { v: 1, id: message.id, ok: true, result: { action: 'status' } };
      expect(answer).toEqual({ [encoding]: wanted });
    }
  }
  const pcm_hex = '00ff'.repeat(1_000);
  const transcribe = { v: 1, id: 2, action: 'transcribe', pcm_hex };
  expect(await ask({ socket: 'req', encoding: 'msgpack', message: transcribe })).toMatchObject({
    msgpack: { ok: true, result: { bytes: 2_000 } },
  });
  for (const socket of ['req', 'dealer', 'bare']) {
    for (const frames of [['ff'], ['7b'], [''], ['80'], ['01', '02', '03']]) {
      const answer = await ask({ socket, encoding: 'json', frames });
      expect(JSON.stringify(answer)).toContain('"code":"invalid_message"');
    }
  }
});

test('keys of an answer come in the order of the specification', async () => {
  const { endpoint } = await open();
  const ok = await sendRaw(endpoint, ['{"v":1,"id":1,"action":"status"}']);
  expect(ok.toString()).toBe('{"v":1,"id":1,"ok":true,"result":{"action":"status"}}');
  const bad = await sendRaw(endpoint, ['{"v":1,"id":"x","action":"empty_cache"}']);
  expect(bad.toString()).toBe(
    '{"v":1,"id":"x","ok":false,"error":{"code":"refused","message":"no model is on a card"}}',
  );
});

describe('errors', () => {
  const big = Buffer.alloc(70_000, ' ');
  test.each<[string, readonly (Buffer | string)[], string]>([
    ['nothing', [''], 'invalid_message'],
    ['a number', ['5'], 'invalid_message'],
    ['a list', ['[1,2]'], 'invalid_message'],
    ['an open list', ['['], 'invalid_message'],
    ['a text', ['"toggle"'], 'invalid_message'],
    ['a word', ['toggle'], 'invalid_message'],
    ['not UTF-8', [Buffer.from([0x7b, 0xff, 0x7d])], 'invalid_message'],
    ['a depth bomb in JSON', ['['.repeat(60_000)], 'invalid_message'],
    ['a depth bomb in msgpack', [Buffer.alloc(60_000, 0x91)], 'invalid_message'],
    ['a size bomb in msgpack', [Buffer.from('dfffffffff', 'hex')], 'invalid_message'],
    ['msgpack nil', [Buffer.from([0xc0])], 'invalid_message'],
    ['no action', ['{"v":1,"id":1}'], 'invalid_message'],
    ['an action that is no text', ['{"action":5}'], 'invalid_message'],
    ['another version', ['{"v":2,"action":"status"}'], 'invalid_message'],
    ['three frames', ['a', '{"action":"status"}', 'b'], 'invalid_message'],
    ['long JSON', [big], 'invalid_message'],
    ['long msgpack', [encodeMsgpack({ action: 'status', x: big })], 'invalid_message'],
    ['an unknown action', ['{"action":"dance"}'], 'unknown_action'],
    ['a name of the language', ['{"action":"__proto__"}'], 'unknown_action'],
    ['a case that differs', ['{"action":"Toggle"}'], 'unknown_action'],
    ['a missing argument', ['{"action":"migrate","model":"vad"}'], 'invalid_argument'],
    ['a wrong value', ['{"action":"migrate","model":"vad","device":"gpu"}'], 'invalid_argument'],
    ['text for bytes', ['{"action":"transcribe","pcm":"AAAA"}'], 'invalid_argument'],
    [
      'odd bytes',
      [encodeMsgpack({ action: 'transcribe', pcm: Buffer.alloc(3) })],
      'invalid_argument',
    ],
    [
      'no bytes',
      [encodeMsgpack({ action: 'transcribe', pcm: Buffer.alloc(0) })],
      'invalid_argument',
    ],
    ['no text', ['{"action":"transform"}'], 'invalid_argument'],
    ['limit 0', ['{"action":"decisions","limit":0}'], 'invalid_argument'],
    ['an empty sim', ['{"action":"sim"}'], 'invalid_argument'],
    ['an unknown fault', ['{"action":"sim","fault":"flood"}'], 'invalid_argument'],
    ['a pending id that is none', ['{"action":"pending_type","id":"x"}'], 'invalid_argument'],
    ['refused', ['{"action":"empty_cache"}'], 'refused'],
    ['a problem of another code', ['{"action":"repeat"}'], 'refused'],
    ['a bug', ['{"action":"last"}'], 'internal'],
  ])('%s', async (_name, frames, code) => {
    const { endpoint } = await open();
    expect(await codeOf(endpoint, frames)).toBe(code);
    const answer = await askDaemon(endpoint, { action: 'status' }, PATIENT_MS);
    expect(answer).toEqual({ action: 'status' });
  });

  test('names the field, what is expected and what came', async () => {
    const { endpoint } = await open();
    const bytes = await sendRaw(endpoint, [
      '{"id":1,"action":"migrate","model":"vad","device":"gpu"}',
    ]);
    const { error, id } = JSON.parse(bytes.toString());
    expect(id).toBe(1);
    expect(error.message).toMatch(/^migrate: device: .*"cpu"\|"cuda"\|"auto", got "gpu"$/);
  });

  test('the longest recording is taken, a longer one named', async () => {
    const { endpoint } = await open();
    const most = await askDaemon(
      endpoint,
      { action: 'transcribe', pcm: Buffer.alloc(8 * 1024 * 1024) },
      PATIENT_MS,
    );
    expect(most).toEqual({ bytes: 8 * 1024 * 1024 });
    const more = Buffer.alloc(8 * 1024 * 1024 + 2);
    expect(await codeOf(endpoint, [encodeMsgpack({ action: 'transcribe', pcm: more })])).toBe(
      'invalid_argument',
    );
    const most2 = Buffer.alloc(20 * 1024 * 1024);
    expect(await codeOf(endpoint, [encodeMsgpack({ action: 'transcribe', pcm: most2 })])).toBe(
      'invalid_message',
    );
  });
});

test('pending recordings are named by `utterance`, else by `id`', async () => {
  const { endpoint } = await open();
  for (const [sent, id] of [
    [{ id: 5 }, 5],
    [{ id: '5' }, 5],
    [{ id: 'call', utterance: 6 }, 6],
    [{ utterance: '6' }, 6],
  ] as const) {
    const bytes = await sendRaw(endpoint, [JSON.stringify({ ...sent, action: 'pending_type' })]);
    expect(JSON.parse(bytes.toString())).toMatchObject({ ok: true, result: { id } });
  }
});

test('a slow command delays only later ones of the same client, whose answers keep their order', async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let received = () => {};
  const isThere = new Promise<void>((resolve) => {
    received = resolve;
  });
  const { endpoint } = await open({
    async handle(action) {
      received();
      if (action === 'transcribe') await gate;
      return { action };
    },
  });
  const slow = new Dealer({ linger: 0, receiveTimeout: PATIENT_MS });
  onTestFinished(() => slow.close());
  slow.connect(endpoint);
  await slow.send(encodeMsgpack({ id: 1, action: 'transcribe', pcm: Buffer.alloc(2) }));
  await slow.send(encodeMsgpack({ id: 2, action: 'status' }));
  await slow.send('garbage');
  await isThere;
  // The slow one ends only when it is let go: whoever waited for it would wait for ever.
  expect(await askDaemon(endpoint, { action: 'status' }, PATIENT_MS)).toEqual({ action: 'status' });
  release();
  const ids = [];
  for (let count = 0; count < 3; count += 1) {
    const bytes = (await slow.receive())[0] ?? Buffer.alloc(0);
    ids.push(bytes[0] === 0x7b ? JSON.parse(bytes.toString()).id : unpackr.unpack(bytes).id);
  }
  expect(ids).toEqual([1, 2, null]);
});

test('more requests than may wait are refused, and the others answered', async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { endpoint } = await open({ handle: () => gate.then(() => ({})) });
  const eager = new Dealer({ linger: 0, receiveTimeout: PATIENT_MS });
  onTestFinished(() => eager.close());
  eager.connect(endpoint);
  for (let id = 0; id < 80; id += 1) await eager.send(`{"id":${id},"action":"status"}`);
  const next = async () => JSON.parse(String((await eager.receive())[0]));
  // All 16 are awaited before room is made: what arrives after that would be answered.
  for (let count = 0; count < 16; count += 1) expect((await next()).error.code).toBe('refused');
  release();
  for (let count = 0; count < 64; count += 1) expect(await next()).toMatchObject({ ok: true });
});

test('clients that vanish, and a flood of garbage, harm nobody', async () => {
  const { endpoint } = await open();
  const flood = new Dealer({ linger: 0 });
  flood.connect(endpoint);
  for (let count = 0; count < 500; count += 1) await flood.send(Buffer.alloc(100, count % 256));
  for (let count = 0; count < 20; count += 1) {
    const gone = new Request({ linger: 0 });
    gone.connect(endpoint);
    await gone.send('{"action":"status"}');
    gone.close();
  }
  expect(await askDaemon(endpoint, { action: 'status' }, PATIENT_MS)).toEqual({ action: 'status' });
  flood.close();
});

test('an answer that is on its way is sent before the socket closes', async () => {
  let stop: Promise<void> | undefined;
  const { endpoint, owner } = await open({
    async handle() {
      stop = owner.close();
      return { state: 'idle' };
    },
  });
  expect(await askDaemon(endpoint, { action: 'shutdown' }, PATIENT_MS)).toEqual({ state: 'idle' });
  await stop;
  const after = askDaemon(endpoint, { action: 'status' }, 500);
  await expect(after).rejects.toMatchObject({ code: 'daemon_not_running' });
});

describe('opening', () => {
  test('a second daemon is refused, a stale socket replaced, a link left alone', async () => {
    const { endpoint, folder, owner } = await open();
    await expect(serveCommands(endpoint, echo)).rejects.toMatchObject({ code: 'socket_taken' });
    expect(await askDaemon(endpoint, { action: 'status' }, PATIENT_MS)).toBeDefined();
    await owner.close();
    closing(await serveCommands(endpoint, echo));
    expect(await askDaemon(endpoint, { action: 'status' }, PATIENT_MS)).toBeDefined();
    symlinkSync('/nowhere', join(folder, 'link'));
    const link = serveCommands(`ipc://${folder}/link`, echo);
    await expect(link).rejects.toMatchObject({ code: 'socket_in_the_way' });
  });

  test('a folder of ours that others could enter is closed to them', async () => {
    const folder = join(temporaryFolder(), 'swictation');
    mkdirSync(folder, { mode: 0o755 });
    closing(await serveCommands(`ipc://${folder}/command`, echo));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test('tcp on a loopback address works, on any other it is refused', async () => {
    const port = await freePort();
    closing(await serveCommands(`tcp://127.0.0.1:${port}`, echo));
    const answer = await askDaemon(`tcp://127.0.0.1:${port}`, { action: 'status' }, PATIENT_MS);
    expect(answer).toEqual({ action: 'status' });
    const open = serveCommands(`tcp://0.0.0.0:${await freePort()}`, echo);
    await expect(open).rejects.toMatchObject({ code: 'socket_failed' });
  });

  test('close and open again many times: the next socket is never deleted by the one before', async () => {
    const folder = join(temporaryFolder(), 'swictation');
    const endpoint = `ipc://${folder}/command`;
    for (let count = 0; count < 20; count += 1) {
      const owner = await serveCommands(endpoint, echo);
      expect(await askDaemon(endpoint, { action: 'status' }, PATIENT_MS)).toBeDefined();
      await owner.close();
    }
    const last = closing(await serveCommands(endpoint, echo));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(existsSync(join(folder, 'command'))).toBe(true);
    await last.close();
  });
});

describe('askDaemon', () => {
  test('says why there is no answer', async () => {
    const folder = temporaryFolder();
    const missing = askDaemon(`ipc://${folder}/none`, { action: 'status' }, 500);
    await expect(missing).rejects.toMatchObject({
      code: 'daemon_not_running',
      message: 'Daemon not running (socket not found)',
    });
    const port = askDaemon(`tcp://127.0.0.1:${await freePort()}`, { action: 'status' }, 500);
    await expect(port).rejects.toThrow('Daemon not running (connection refused)');
    const { endpoint } = await open({ handle: () => new Promise(() => {}) });
    const silent = askDaemon(endpoint, { action: 'status' }, 300);
    await expect(silent).rejects.toMatchObject({
      code: 'daemon_timeout',
      message: 'Daemon not responding (timeout)',
    });
  });

  test('throws what the daemon refused', async () => {
    const { endpoint } = await open();
    const refused = askDaemon(endpoint, { action: 'empty_cache' }, PATIENT_MS);
    await expect(refused).rejects.toMatchObject({
      code: 'refused',
      message: 'no model is on a card',
    });
  });
});
