import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ControlHandler, Listener } from '../../ts/control/handler.js';
import type { DaemonState } from '../../ts/domain/state.js';

/** A new private folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'control-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Closes the owner at the end of the test. */
export function closing<T extends Pick<Listener, 'close'>>(owner: T): T {
  onTestFinished(() => owner.close());
  return owner;
}

/** A daemon that only switches between two states and counts how often it was told to end. */
export class SmallDaemon implements ControlHandler {
  current: DaemonState = 'idle';
  sessions = 0;
  shutdowns = 0;

  async toggle() {
    this.current = this.current === 'recording' ? 'idle' : 'recording';
    if (this.current === 'recording') this.sessions += 1;
    const isOff = this.current === 'idle';
    return {
      state: this.current,
      session: this.sessions,
      words: isOff ? 12 : 0,
      wpm: isOff ? 90 : 0,
    };
  }

  state(): DaemonState {
    return this.current;
  }

  shutdown(): void {
    this.shutdowns += 1;
  }
}

/** Sends each piece in a write of its own, keeps the connection open, and reads until the server closes. */
export async function ask(path: string, ...pieces: (string | Buffer)[]): Promise<string> {
  const socket = connect(path);
  const reply = readAll(socket);
  for (const piece of pieces) {
    await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
    await new Promise((resolve) => setTimeout(resolve, pieces.length > 1 ? 20 : 0));
  }
  return reply;
}

/** Everything until the other side ends; an error is part of the answer. */
export function readAll(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    socket.once('error', (error) => resolve(`${text}<${error.message}>`));
    socket.once('end', () => resolve(text));
  });
}
