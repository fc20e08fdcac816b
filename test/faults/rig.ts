import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJournalFolder } from '../../ts/journal/folder-reader.js';
import type { PendingEntry } from '../../ts/journal/types.js';
import { type DaemonProcess, leftovers, startDaemon } from '../support/daemon.js';
import { type FollowedEvent, Follower } from '../support/follower.js';
import { openWorkspace, type Workspace } from '../support/workspace.js';
import type { Cut } from './account.js';
import { Desk } from './desk.js';
import { layOut, RATE_HZ, type Speech } from './spoken.js';

export interface RigOptions {
  readonly speech: Speech;
  readonly device: 'cpu' | 'sim';
  readonly env?: NodeJS.ProcessEnv;
  readonly sink?: 'wtype' | 'auto';
  readonly source?: 'mic' | 'file';
  /** How fast the speaker speaks; 1 is the speed of the recordings. */
  readonly speed: number;
  /** Words are typed while they are spoken, else each sentence as a whole. */
  readonly live?: boolean;
}

const DEVICES = { cpu: 'cpu', sim: 'sim:4295' } as const;
const WHOLE = '[vad]\nsilence_duration = 0.7\nendpointing = "fixed"\n';
const LIVE = '[vad]\nsilence_duration = 0.7\n[inject]\nlive = true\n';
const POLL_MS = 10;
const WAIT_MS = 60_000;
/** Of what was said, a daemon may have that much not on the disk yet. */
const MAY_LAG_S = 0.25;

/** A real daemon at a desk of its own, what happened there, and hands to do something about it. */
export class Rig {
  readonly workspace: Workspace;
  readonly desk: Desk;
  readonly cuts: Cut[] = [];
  /** More of the daemon's environment, also for later starts. */
  readonly env: NodeJS.ProcessEnv;
  /** When a text was first seen to be pending. */
  offeredAtMs: number | null = null;
  private process: DaemonProcess | null = null;
  private running = false;
  private playedFromMs: number | null = null;
  private readonly past: DaemonProcess[] = [];
  /** Milliseconds on one clock: when the window grew. */
  readonly typedAtMs: number[] = [];
  private readonly listeners = new Set<(event: FollowedEvent) => void>();
  private readonly followers: Follower[] = [];
  private readonly closing = new AbortController();
  private readonly closers: (() => Promise<void> | void)[] = [];

  private constructor(readonly options: RigOptions) {
    this.workspace = openWorkspace();
    this.workspace.configure(options.live === true ? LIVE : WHOLE);
    this.desk = new Desk(this.workspace.dir);
    this.env = { ...options.env };
    layOut(options.speech, this.desk.dir);
    this.follow(['decision', 'worker', 'state', 'migration', 'transcription', 'warning']);
    void this.watchWindow();
  }

  /** A desk whose daemon is not started yet. The owner closes it. */
  static open(options: RigOptions): Rig {
    return new Rig(options);
  }

  get daemon(): DaemonProcess {
    if (this.process === null) throw new Error('the daemon was not started');
    return this.process;
  }

  get speech(): Speech {
    return this.options.speech;
  }

  /** Starts the daemon, also again after its end. It listens on its sockets then; its models may still load. */
  async start(): Promise<void> {
    const daemon = this.launch();
    this.process = daemon;
    this.past.push(daemon);
    this.running = true;
    void daemon.program.exited.then(() => {
      if (this.process === daemon) this.running = false;
    });
    await daemon.said(/ready/);
    for (const follower of this.followers) await follower.joined();
  }

  /** What all daemons of this rig said. */
  get log(): string {
    return this.past.map((daemon) => daemon.stderr()).join('---\n');
  }

  get isRunning(): boolean {
    return this.running;
  }

  own(close: () => Promise<void> | void): void {
    this.closers.push(close);
  }

  async close(): Promise<readonly string[]> {
    this.desk.takeBack('typing');
    await this.process?.stop();
    this.closing.abort();
    for (const follower of this.followers) follower.close();
    for (const close of this.closers.reverse()) await close();
    await this.until(async () => (await leftovers(this.workspace)).length === 0, 5_000).catch(
      () => {},
    );
    const left = await leftovers(this.workspace);
    this.workspace.remove();
    return left;
  }

  /** Resolves with the first event from now on for which `wanted` holds. */
  event(topic: string, wanted: (payload: Record<string, unknown>) => boolean = () => true) {
    return new Promise<Record<string, unknown>>((resolve, reject) => {
      const listener = (event: FollowedEvent) => {
        if (event.topic !== topic || !wanted(event.payload)) return;
        clearTimeout(timer);
        this.listeners.delete(listener);
        resolve(event.payload);
      };
      const timer = setTimeout(() => {
        this.listeners.delete(listener);
        reject(new Error(`no event ${topic} came`));
      }, WAIT_MS);
      this.listeners.add(listener);
    });
  }

  async toggle(): Promise<void> {
    await this.daemon.ask('toggle');
    this.playedFromMs ??= performance.now();
  }

  /** Samples that were spoken so far; of a file that is played, by the clock. */
  private get position(): number {
    if (this.options.source !== 'file') return this.desk.position;
    const playedMs = this.playedFromMs === null ? 0 : performance.now() - this.playedFromMs;
    return Math.min(this.speech.samples, (playedMs / 1e3) * RATE_HZ);
  }

  async state(): Promise<string> {
    return String((await this.daemon.ask('status')).state);
  }

  async snapshot(): Promise<Record<string, unknown>> {
    return await this.daemon.ask('snapshot');
  }

  async pending(): Promise<readonly PendingEntry[]> {
    const { pending } = await this.daemon.ask('pending');
    const entries: readonly PendingEntry[] = Array.isArray(pending) ? pending : [];
    if (entries.some(({ text }) => text !== null)) this.offeredAtMs ??= performance.now();
    return entries;
  }

  /** The process of a worker, of the nursery where `role` is null. */
  async pidOf(role: string | null): Promise<number | null> {
    if (role === null) return this.nurseryPid();
    const { workers } = await this.snapshot();
    const all: readonly { role: string; pid: number | null }[] = Array.isArray(workers)
      ? workers
      : [];
    return all.find((worker) => worker.role === role)?.pid ?? null;
  }

  /** Its process, as soon as there is one: while models load it may only be about to start. */
  async appeared(role: string | null): Promise<number> {
    for (;;) {
      const pid = await this.pidOf(role);
      if (pid !== null) return pid;
      await sleep(POLL_MS);
    }
  }

  /** The models are where they belong and can work. */
  async ready(): Promise<void> {
    const device = this.options.device === 'sim' ? 'cuda' : 'cpu';
    await this.until(async () => {
      const { models } = await this.snapshot();
      return JSON.stringify(models).includes(`"stt":{"device":"${device}"`);
    });
  }

  async reached(sample: number): Promise<void> {
    await this.until(() => this.position >= sample);
  }

  /**
   * The daemon has on the disk what was said until a moment ago. A machine that stands still just now is waited for, a
   * daemon that writes late is not.
   */
  async caughtUp(): Promise<void> {
    // Only the first daemon counts its samples from where the microphone does.
    if (this.options.source === 'file' || this.past.length > 1) return;
    const isBehind = () => this.position - this.journalEnd() > MAY_LAG_S * RATE_HZ;
    for (let looks = 0; looks < 100 && isBehind(); looks += 1) await sleep(POLL_MS);
  }

  private journalEnd(): number {
    const pieces = [...readJournalFolder(this.workspace.journalDir).pieces.values()].flat();
    return Math.max(0, ...pieces.map(({ first, samples }) => first + samples));
  }

  /** Polls until something holds. */
  async until(holds: () => boolean | Promise<boolean>, limitMs = WAIT_MS): Promise<void> {
    const endMs = performance.now() + limitMs;
    while (!(await holds())) {
      if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms for ${holds}`);
      await sleep(POLL_MS);
    }
  }

  /** The process that decodes the file which is played; null where all of it is read. */
  async decoderPid(): Promise<number | null> {
    return this.childNamed('decode');
  }

  private nurseryPid(): number | null {
    return this.childNamed('nursery');
  }

  private childNamed(name: string): number | null {
    return this.children(this.daemon.pid).find((pid) => this.command(pid).includes(name)) ?? null;
  }

  private children(pid: number): readonly number[] {
    return readText(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  }

  private command(pid: number): string {
    return readText(`/proc/${pid}/cmdline`);
  }

  private launch(): DaemonProcess {
    const { device, sink = 'wtype', source = 'mic' } = this.options;
    const sound = source === 'mic' ? ['mic'] : [`wav:${this.desk.recording}`, '--realtime'];
    const args = ['--source', ...sound, '--sink', sink, '--device', DEVICES[device]];
    return startDaemon(this.workspace, args, {
      ...this.desk.env,
      MIC_SPEED: String(this.options.speed),
      ...this.env,
    });
  }

  /** Somebody wants to see each sentence while it is spoken. */
  readAlong(): void {
    this.follow(['hypothesis']);
  }

  private follow(topics: readonly string[]): void {
    const tell = (event: FollowedEvent) => {
      for (const listener of [...this.listeners]) listener(event);
    };
    this.followers.push(new Follower(this.workspace.eventsEndpoint, topics, tell));
  }

  private async watchWindow(): Promise<void> {
    let bytes = 0;
    while (!this.closing.signal.aborted) {
      const now = this.desk.windowBytes;
      if (now > bytes) this.typedAtMs.push(performance.now());
      bytes = now;
      await sleep(POLL_MS);
    }
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
