import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { Dealer, Subscriber } from 'zeromq';
import { Problem } from '../domain/problem.js';
import { readAnswer, writeCommand } from '../protocol/command/command.js';
import { decodeEvent } from '../protocol/command/events.js';
import { ipcPath } from '../protocol/endpoint.js';

/** Longest answer that a client takes; ours are far below. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Sends one command and returns its result. Throws a Problem: `daemon_not_running` where nothing listens,
 * `daemon_timeout` where nothing came back in time, else the code and message of the daemon's answer.
 */
export async function askDaemon(
  endpoint: string,
  request: { readonly action: string } & Readonly<Record<string, unknown>>,
  timeoutMs: number,
): Promise<Record<string, unknown>> {
  await checkListening(endpoint);
  const dealer = new Dealer({
    linger: 0,
    sendTimeout: timeoutMs,
    receiveTimeout: timeoutMs,
    maxMessageSize: MAX_ANSWER_BYTES,
  });
  try {
    dealer.connect(endpoint);
    await dealer.send(writeCommand(1, request));
    return readResult(await dealer.receive());
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('daemon_timeout', 'Daemon not responding (timeout)', { cause: error });
  } finally {
    dealer.close();
  }
}

function readResult(frames: readonly Buffer[]): Record<string, unknown> {
  const answer = readAnswer(frames.at(-1) ?? Buffer.alloc(0));
  if (answer === null) {
    throw new Problem(
      'daemon_unreadable',
      'The daemon answered something unreadable: restart it, it may be of another version',
    );
  }
  if (answer.ok) return answer.result;
  throw new Problem(answer.error.code, answer.error.message);
}

/** ZeroMQ would wait for a listener for ever; the kernel knows at once that there is none. */
async function checkListening(endpoint: string): Promise<void> {
  const path = ipcPath(endpoint);
  if (path !== null && !existsSync(path)) {
    throw new Problem('daemon_not_running', 'Daemon not running (socket not found)');
  }
  if (await isRefused(endpoint, path)) {
    throw new Problem('daemon_not_running', 'Daemon not running (connection refused)');
  }
}

function isRefused(endpoint: string, path: string | null): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = path === null ? connectPort(endpoint) : connect(path);
    probe.once('error', (error) => resolve('code' in error && error.code === 'ECONNREFUSED'));
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
  });
}

function connectPort(endpoint: string): Socket {
  const { hostname, port } = new URL(endpoint);
  return connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
}

/** Events of the topics until `signal` aborts, also over restarts of the daemon. */
export async function* followEvents(
  endpoint: string,
  topics: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<{ topic: string; payload: Record<string, unknown> }> {
  const subscriber = new Subscriber({ linger: 0 });
  const stop = () => subscriber.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) return;
    subscriber.connect(endpoint);
    subscriber.subscribe(...topics);
    for await (const frames of subscriber) {
      const event = decodeEvent(frames);
      // A subscription is a prefix, so `state` would also bring a topic `stately`.
      if (event !== null && topics.includes(event.topic)) yield event;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    subscriber.close();
  }
}
