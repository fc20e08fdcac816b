import { type FSWatcher, watch } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';

/** What is heard of the daemon on its metrics broadcast. */
export interface PresenceListener {
  /** It runs, and is in this state now. */
  state(state: string): void;
  /** It does not run (any more). */
  gone(): void;
}

/** Only where the folder of the socket can't be watched: how long to wait before the next attempt, ms. */
const RETRY_MS = 2000;

/**
 * Follows the daemon over its ends and starts without asking it anything: the connection to its metrics
 * broadcast breaks when it ends, and a change in the folder of the socket tells that it is back.
 */
export class DaemonPresence {
  readonly #path: string;
  readonly #listener: PresenceListener;
  #socket: Socket | null = null;
  #watcher: FSWatcher | null = null;
  #retry: NodeJS.Timeout | null = null;

  constructor(metricsSocketPath: string, listener: PresenceListener) {
    this.#path = metricsSocketPath;
    this.#listener = listener;
    this.#connect();
  }

  close(): void {
    this.#stopWaiting();
    this.#socket
      ?.removeAllListeners()
      .on('error', () => undefined)
      .destroy();
  }

  #connect(): void {
    this.#stopWaiting();
    let rest = '';
    const socket = createConnection(this.#path).setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('data', (chunk: string) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#read(line);
    });
    socket.on('close', () => {
      this.#listener.gone();
      this.#awaitReturn();
    });
    this.#socket = socket;
  }

  #read(line: string): void {
    if (!line.includes('"state_change"')) return;
    const state = /"state": ?"([^"]*)"/.exec(line)?.[1];
    if (state !== undefined) this.#listener.state(state);
  }

  /** The watch begins before the next look, so that a start in between is not missed. */
  #awaitReturn(): void {
    this.#watcher = this.#watchFolder();
    if (this.#watcher === null) this.#retry = setTimeout(() => this.#connect(), RETRY_MS);
    else this.#probe();
  }

  #watchFolder(): FSWatcher | null {
    try {
      const watcher = watch(dirname(this.#path), (_event, name) => {
        if (name === null || name === basename(this.#path)) this.#probe();
      });
      return watcher.on('error', () => undefined);
    } catch {
      return null;
    }
  }

  /** A socket appears in the folder a moment before it listens, and nothing tells when it does. */
  #probe(attemptsLeft = 20): void {
    const probe = createConnection(this.#path);
    probe.on('connect', () => {
      probe.destroy();
      if (this.#watcher !== null) this.#connect();
    });
    probe.on('error', (error: NodeJS.ErrnoException) => {
      const mayListenSoon = error.code === 'ECONNREFUSED' && attemptsLeft > 0;
      if (mayListenSoon && this.#watcher !== null) {
        this.#retry = setTimeout(() => this.#probe(attemptsLeft - 1), 50);
      }
    });
  }

  #stopWaiting(): void {
    this.#watcher?.close();
    this.#watcher = null;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
  }
}
