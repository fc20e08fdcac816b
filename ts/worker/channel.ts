import { rmSync } from 'node:fs';
import { chmod, link, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Router } from 'zeromq';
import { monotonicS } from '../system/clock.js';

/** One ROUTER socket: frames to and from workers by identity, one send at a time, in order. */
export interface Channel {
  readonly endpoint: string;
  /**
   * Resolves false where the peer is unknown, gone or too slow to take it. Each peer has its own queue: one that is stuck,
   * with all its buffers full, keeps nobody else waiting.
   */
  send(identity: string, frames: readonly Buffer[]): Promise<boolean>;
  /** Its file was removed: peers that come now find it again, those that are there never noticed. */
  renew(): Promise<void>;
  close(): void;
}

/** How long a peer with full buffers may take to make room, and how often it is tried meanwhile. */
const SEND_TIMEOUT_MS = 1_000;
const TRY_AGAIN_MS = 20;
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
    sendTimeout: 0,
    sendHighWaterMark: HIGH_WATER_MARK,
    receiveHighWaterMark: 64,
    maxMessageSize: MAX_FRAME_BYTES,
  });
  const endpoint = `ipc://${path}`;
  let times = 0;
  // ZeroMQ deletes the path that it was bound to when it closes, maybe much later: one that nobody else ever has.
  const bind = async () => {
    times += 1;
    const own = join(dirname(path), `${times}`);
    await router.bind(`ipc://${own}`);
    await chmod(own, 0o600);
    await link(own, path);
    await rm(own);
  };
  await bind();
  void receive(router, onFrames);
  const turns = new Map<string, Promise<unknown>>();
  return {
    endpoint,
    send(identity, frames) {
      const before = turns.get(identity) ?? Promise.resolve();
      const sent = before.then(() => sendInTime(router, [Buffer.from(identity), ...frames]));
      turns.set(identity, sent);
      void sent.then(() => {
        if (turns.get(identity) === sent) turns.delete(identity);
      });
      return sent;
    },
    renew: bind,
    close() {
      router.close();
      rmSync(path, { force: true });
    },
  };
}

/** The socket itself never waits, since it would wait for one peer while all others have something to hear. */
async function sendInTime(router: Router, frames: Buffer[]): Promise<boolean> {
  const deadlineS = monotonicS() + SEND_TIMEOUT_MS / 1_000;
  for (;;) {
    const outcome = await sendNow(router, frames);
    if (outcome !== 'full') return outcome === 'sent';
    if (monotonicS() > deadlineS) return false;
    await sleep(TRY_AGAIN_MS);
  }
}

async function sendNow(router: Router, frames: Buffer[]): Promise<'sent' | 'full' | 'nobody'> {
  try {
    await router.send(frames);
    return 'sent';
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null;
    // Busy: it is being bound again.
    return code === 'EAGAIN' || code === 'EBUSY' ? 'full' : 'nobody';
  }
}

async function receive(
  router: Router,
  onFrames: (identity: string, frames: readonly Buffer[]) => void,
): Promise<void> {
  while (!router.closed) {
    const frames = await router.receive().catch(() => null);
    if (frames === null) {
      // Closed, or being bound again.
      await sleep(TRY_AGAIN_MS);
      continue;
    }
    const [identity, ...rest] = frames;
    if (identity !== undefined) onFrames(identity.toString('latin1'), rest);
  }
}
