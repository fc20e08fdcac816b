import { rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { Router } from 'zeromq';

/** One ROUTER socket: frames to and from workers by identity, one send at a time, in order. */
export interface Channel {
  readonly endpoint: string;
  /** Resolves false where the peer is unknown, gone or too slow to take it. */
  send(identity: string, frames: readonly Buffer[]): Promise<boolean>;
  close(): void;
}

const SEND_TIMEOUT_MS = 1_000;
const HIGH_WATER_MARK = 8;
/** A header of 64 KiB and a frame of audio of 8 MiB, with room for the envelope. */
const MAX_FRAME_BYTES = 8 * 1024 * 1024 + 64 * 1024;

/** Binds `path` (in a private folder) and hands every message to `onFrames` until closed. */
export async function openChannel(
  path: string,
  onFrames: (identity: string, frames: readonly Buffer[]) => void,
): Promise<Channel> {
  const router = new Router({
    mandatory: true,
    linger: 0,
    sendTimeout: SEND_TIMEOUT_MS,
    sendHighWaterMark: HIGH_WATER_MARK,
    receiveHighWaterMark: 64,
    maxMessageSize: MAX_FRAME_BYTES,
  });
  const endpoint = `ipc://${path}`;
  await router.bind(endpoint);
  await chmod(path, 0o600);
  void receive(router, onFrames);
  let turn: Promise<unknown> = Promise.resolve();
  return {
    endpoint,
    send(identity, frames) {
      const sent = turn.then(() => sendNow(router, [Buffer.from(identity), ...frames]));
      turn = sent;
      return sent;
    },
    close() {
      router.close();
      rmSync(path, { force: true });
    },
  };
}

async function sendNow(router: Router, frames: Buffer[]): Promise<boolean> {
  try {
    await router.send(frames);
    return true;
  } catch {
    return false;
  }
}

async function receive(
  router: Router,
  onFrames: (identity: string, frames: readonly Buffer[]) => void,
): Promise<void> {
  while (!router.closed) {
    const frames = await router.receive().catch(() => null);
    if (frames === null) continue;
    const [identity, ...rest] = frames;
    if (identity !== undefined) onFrames(identity.toString('latin1'), rest);
  }
}
