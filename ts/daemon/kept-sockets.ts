import { existsSync, type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import { ensurePrivateDir } from '../system/private-dir.js';
import type { Scope } from '../system/scope.js';

/** Whoever removes a folder is done with it by then. */
const QUIET_MS = 100;
/** Waits between attempts while the folder can't be made; the last one repeats. */
const WAITS_MS = [1_000, 2_000, 5_000, 15_000, 30_000] as const;

interface Kept {
  readonly path: string;
  renew(): void | Promise<void>;
}

/**
 * The sockets by which other programs and new workers find the daemon, as long as it lives: the folder for them is removed
 * when the last session of its user ends. The kernel tells of it, so nothing is looked at while nothing happens; the folder
 * is made again, and the same sockets listen there.
 */
export class KeptSockets {
  private readonly kept: Kept[] = [];
  private watchers = new Map<string, FSWatcher>();
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;
  private isMending = false;
  /** Null before it begins, and when it is closed. */
  private tell: ((message: string) => void) | null = null;

  constructor(private readonly runtimeDir: string) {}

  /** In the order in which they are made again. */
  readonly keep = (path: string, renew: () => void | Promise<void>): void => {
    this.kept.push({ path, renew });
    if (this.tell !== null) this.watchFolders();
  };

  /** From here on, with all that is kept by now and later. */
  begin(scope: Scope, tell: (message: string) => void): void {
    this.tell = tell;
    // Before the sockets themselves: what is removed then is removed for good.
    scope.own('eye on the sockets', () => this.close());
    this.watchFolders();
  }

  private close(): void {
    this.tell = null;
    this.kept.length = 0;
    clearTimeout(this.timer);
    this.unwatch();
  }

  /** Only the folders that are ours: in `/tmp`, or the desktop's own, something happens all day. */
  private watchFolders(): void {
    this.unwatch();
    if (this.tell === null) return;
    const folders = this.kept.map(({ path }) => dirname(path));
    for (const folder of new Set([this.runtimeDir, ...folders])) {
      if (folder !== this.runtimeDir && dirname(folder) !== this.runtimeDir) continue;
      try {
        const watcher = watch(folder, { persistent: false }, () => this.lookWithin(QUIET_MS));
        this.watchers.set(
          folder,
          watcher.on('error', () => this.lookWithin(QUIET_MS)),
        );
      } catch {
        // It was removed just now, or nothing can be watched on this machine: then as before, without it.
      }
    }
  }

  private unwatch(): void {
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
  }

  private lookWithin(delayMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), delayMs).unref();
  }

  private async look(): Promise<void> {
    if (this.isMending || this.kept.every(({ path }) => existsSync(path))) return;
    this.isMending = true;
    try {
      await this.mend();
      this.tell?.(
        `${this.runtimeDir} was removed while dictation runs: made again, and all sockets are open again`,
      );
      this.failures = 0;
    } catch (cause) {
      this.tryAgain(reasonOf(cause));
    } finally {
      this.isMending = false;
      this.watchFolders();
    }
  }

  private async mend(): Promise<void> {
    ensurePrivateDir(this.runtimeDir);
    for (const { path, renew } of [...this.kept]) if (!existsSync(path)) await renew();
  }

  private tryAgain(reason: string): void {
    if (this.failures === 0) {
      this.tell?.(
        `${this.runtimeDir} was removed while dictation runs, and can't be made again now (${reason}): it is tried until it can, log in again`,
      );
    }
    this.lookWithin(WAITS_MS[Math.min(this.failures, WAITS_MS.length - 1)] ?? WAITS_MS[0]);
    this.failures += 1;
  }
}

/** What the kernel says, without the advice for somebody who starts the daemon. */
function reasonOf(error: unknown): string {
  const first = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (first instanceof Error && 'code' in first) return String(first.code);
  return first instanceof Error ? first.message : String(first);
}
