import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serveControlV2 } from '../../ts/control/serve-v2.js';
import { ask, closing, SmallDaemon, temporaryFolder } from './sockets.js';

async function open(daemon = new SmallDaemon()) {
  const path = join(temporaryFolder(), 'swictation.sock');
  closing(await serveControlV2(path, daemon));
  return { path, daemon };
}

const INVALID =
  '{"status":"error","error":"Invalid JSON. Expected: {\\"action\\": \\"toggle|status|quit\\"}"}';

test('toggle on and off', async () => {
  const { path } = await open();
  const on = '{"status":"success","message":"Recording started (Session #1)"}';
  const off = '{"status":"success","message":"Recording stopped (12 words, 90.0 WPM)"}';
  expect(await ask(path, '{"action":"TOGGLE"}')).toBe(on);
  expect(await ask(path, '{"action":"status"}')).toBe('{"status":"success","state":"recording"}');
  expect(await ask(path, '{"action": "toggle"}\n')).toBe(off);
});

test.each([
  ['idle', 'idle'],
  ['recording', 'recording'],
  ['processing', 'idle'],
  ['error', 'idle'],
] as const)('status while %s', async (state, shown) => {
  const { path, daemon } = await open();
  daemon.current = state;
  expect(await ask(path, '{"action":"Status"}')).toBe(`{"status":"success","state":"${shown}"}`);
});

test.each(['quit', 'exit', 'shutdown', 'QUIT'])('%s ends without a reply', async (action) => {
  const { path, daemon } = await open();
  expect(await ask(path, `{"action":"${action}"}`)).toBe('');
  expect(daemon.shutdowns).toBe(1);
});

test.each([
  ['{"action":"stop"}', '{"status":"error","error":"Unknown action: stop"}'],
  ['{"action":"Größe"}', '{"status":"error","error":"Unknown action: Größe"}'],
  ['{"action":""}', '{"status":"error","error":"Unknown action: "}'],
  ['{}', INVALID],
  ['{"action":5}', INVALID],
  ['[1]', INVALID],
  ['not json', INVALID],
])('%s', async (request, reply) => {
  const { path } = await open();
  expect(await ask(path, request)).toBe(reply);
});

test('an error of the daemon', async () => {
  const daemon = new SmallDaemon();
  daemon.toggle = () => Promise.reject(new Error('no microphone'));
  const { path } = await open(daemon);
  const reply = await ask(path, '{"action":"toggle"}');
  expect(reply).toBe('{"status":"error","error":"no microphone"}');
});
