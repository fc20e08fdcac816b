import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { Subscriber, XSubscriber } from 'zeromq';
import { followEvents } from '../../ts/control/client.js';
import { type EventPublisher, publishEvents } from '../../ts/control/publish-events.js';
import { closing, temporaryFolder } from './sockets.js';

async function open() {
  const endpoint = `ipc://${join(temporaryFolder(), 'swictation', 'events')}`;
  return { endpoint, publisher: closing(await publishEvents(endpoint)) };
}

/** Publishes `warning` until a follower has subscribed and got one, then returns its iterator. */
async function follow(endpoint: string, publisher: EventPublisher, topics: readonly string[]) {
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const events = followEvents(endpoint, [...topics, 'warning'], abort.signal)[
    Symbol.asyncIterator
  ]();
  const knocking = setInterval(() => publisher.publish('warning', { knock: true }), 5);
  await events.next();
  clearInterval(knocking);
  const next = async () => {
    for (;;) {
      const { value, done } = await events.next();
      if (done === true || value.payload.knock !== true) return value;
    }
  };
  return { next, abort };
}

test('two frames: the topic, and a map that starts with the time', async () => {
  const { endpoint, publisher } = await open();
  const subscriber = new Subscriber({ linger: 0 });
  onTestFinished(() => subscriber.close());
  subscriber.connect(endpoint);
  subscriber.subscribe('state');
  const knocking = setInterval(() => publisher.publish('state', { state: 'idle' }), 5);
  const [topic, body] = await subscriber.receive();
  clearInterval(knocking);
  expect(topic?.toString()).toBe('state');
  expect(body?.toString('hex')).toMatch(/^82a174cb41d[0-9a-f]{13}a57374617465a469646c65$/);
  expect(statSync(endpoint.slice('ipc://'.length)).mode & 0o777).toBe(0o600);
});

test('a follower gets its topics in order, and ends when told', async () => {
  const { endpoint, publisher } = await open();
  const { next, abort } = await follow(endpoint, publisher, ['state', 'memory']);
  publisher.publish('state', { state: 'recording' });
  publisher.publish('transcription', { text: 'not for this one' });
  const beforeS = Date.now() / 1_000;
  publisher.publish('memory', { used_mb: 12.5 });
  expect(await next()).toMatchObject({ topic: 'state', payload: { state: 'recording' } });
  const memory = await next();
  expect(memory).toMatchObject({ topic: 'memory', payload: { used_mb: 12.5 } });
  expect(memory?.payload.t).toBeGreaterThanOrEqual(beforeS);
  expect(memory?.payload.t).toBeLessThanOrEqual(Date.now() / 1_000);
  abort.abort();
  expect(await next()).toBeUndefined();
});

test('a follower stays over a restart of the daemon', async () => {
  const { endpoint, publisher } = await open();
  const { next } = await follow(endpoint, publisher, ['state']);
  await publisher.close();
  const second = closing(await publishEvents(endpoint));
  const knocking = setInterval(() => second.publish('state', { state: 'idle' }), 20);
  onTestFinished(() => clearInterval(knocking));
  expect(await next()).toMatchObject({ topic: 'state' });
});

test('a follower may come before the daemon, and an aborted one ends at once', async () => {
  const endpoint = `ipc://${join(temporaryFolder(), 'events')}`;
  const abort = new AbortController();
  const events = followEvents(endpoint, ['state'], abort.signal);
  const first = events.next();
  abort.abort();
  expect(await first).toMatchObject({ done: true });
  expect(await followEvents(endpoint, ['state'], abort.signal).next()).toMatchObject({
    done: true,
  });
});

test('it is known whether somebody follows a topic, until the last one leaves', async () => {
  const { endpoint, publisher } = await open();
  const follows = () => publisher.isFollowed('hypothesis');
  const subscribe = (...topics: string[]) => {
    const subscriber = new Subscriber({ linger: 0 });
    onTestFinished(() => subscriber.close());
    subscriber.connect(endpoint);
    subscriber.subscribe(...topics);
    return subscriber;
  };
  subscribe();
  subscribe('hypo', 'state');
  await expect.poll(() => publisher.isFollowed('state')).toBe(true);
  expect(follows()).toBe(false);
  const [first, second] = [subscribe('hypothesis'), subscribe('hypothesis')];
  await expect.poll(follows).toBe(true);
  first.close();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(follows()).toBe(true);
  second.unsubscribe('hypothesis');
  await expect.poll(follows).toBe(false);
});

test('what is no subscription changes nothing, however large', async () => {
  const { endpoint, publisher } = await open();
  const rude = new XSubscriber({ linger: 0 });
  onTestFinished(() => rude.close());
  rude.connect(endpoint);
  await rude.send(Buffer.from('\x02hypothesis'));
  await rude.send(Buffer.alloc(0));
  await rude.send(Buffer.alloc(1_000_000, 1));
  const { next } = await follow(endpoint, publisher, ['state']);
  publisher.publish('state', { state: 'idle' });
  expect(await next()).toMatchObject({ topic: 'state' });
  expect(publisher.isFollowed('hypothesis')).toBe(false);
});

test('a subscriber that never reads delays nothing', async () => {
  const { endpoint, publisher } = await open();
  const lazy = new Subscriber({ linger: 0, receiveHighWaterMark: 1 });
  onTestFinished(() => lazy.close());
  lazy.connect(endpoint);
  lazy.subscribe();
  const { next } = await follow(endpoint, publisher, ['decision']);
  // Waiting for the one that never reads would take for ever.
  for (let count = 0; count < 5_000; count += 1) {
    publisher.publish('decision', { count, filler: 'x'.repeat(1_000) });
    if (count % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(await next()).toMatchObject({ topic: 'decision' });
});

const PYTHON_SUBSCRIBER = `
import json, sys, zmq, msgpack
socket = zmq.Context().socket(zmq.SUB)
socket.connect(sys.argv[1])
socket.subscribe("breaker")
topic, body = socket.recv_multipart()
print(json.dumps([topic.decode(), msgpack.unpackb(body)]))
`;

test('a python subscriber', async () => {
  const { endpoint, publisher } = await open();
  const python = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
  const child = spawn(python, ['-c', PYTHON_SUBSCRIBER, endpoint], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const knocking = setInterval(() => publisher.publish('breaker', { state: 'open' }), 20);
  onTestFinished(() => clearInterval(knocking));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value } = await lines.next();
  expect(JSON.parse(String(value))).toEqual(['breaker', { t: expect.any(Number), state: 'open' }]);
});
