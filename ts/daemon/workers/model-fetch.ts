import type { Snapshot } from '../../protocol/command/snapshot.js';
import type { FetchEvent } from '../../protocol/worker/fetch.js';
import type { RunningFetch } from '../../worker/fetch.js';

/** Waits before another attempt, in seconds; the last one repeats. A laptop has its network soon after its login. */
const WAITS_S = [15, 60, 300, 900, 3600] as const;
/** The log has a line each so many per cent; events and `status` have each one. */
const LOG_STEP_PERCENT = 5;

export interface ModelFetchPorts {
  /** Starts one attempt; `onEvent` hears its progress, and once how it ended. */
  start(onEvent: (event: FetchEvent) => void): RunningFetch;
  /** The archive is here. What it answers is a reason not to use it, in one line. */
  arrived(path: string): string | null;
  /** A failure that people should know, once each. */
  warn(message: string): void;
  log(message: string): void;
  publish(payload: Record<string, unknown>): void;
  nowS(): number;
}

type State =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'fetching';
      readonly phase: string;
      readonly doneBytes: number;
      readonly totalBytes: number | null;
    }
  | { readonly kind: 'waiting'; readonly message: string; readonly nextAttemptS: number }
  | { readonly kind: 'failed'; readonly message: string };

const BEGUN: State = { kind: 'fetching', phase: 'fetching', doneBytes: 0, totalBytes: null };

/** Fetches the configured model beside the dictation, again with growing delay where that may help. */
export class ModelFetch {
  private state: State = { kind: 'idle' };
  private running: RunningFetch | null = null;
  private timer: NodeJS.Timeout | undefined;
  private attempts = 0;
  private warned: string | null = null;
  private loggedPercent = 0;
  private closed = false;

  constructor(
    private readonly model: string,
    private readonly ports: ModelFetchPorts,
  ) {}

  /** Begins; what an earlier run has left is continued. */
  start(): void {
    if (this.closed) return;
    this.state = BEGUN;
    this.loggedPercent = 0;
    this.running = this.ports.start((event) => this.hear(event));
  }

  /** What `status` shows; null where nothing is to be fetched, or all is here. */
  get view(): NonNullable<Snapshot['model_fetch']> | null {
    const { state, model } = this;
    if (state.kind === 'idle') return null;
    const base = { model, state: state.kind };
    if (state.kind !== 'fetching') {
      const next = state.kind === 'waiting' ? state.nextAttemptS - this.ports.nowS() : null;
      const next_attempt_s = next === null ? null : Math.max(0, Math.round(next));
      return {
        ...base,
        phase: null,
        done_mb: null,
        total_mb: null,
        next_attempt_s,
        message: state.message,
      };
    }
    const { phase, doneBytes, totalBytes } = state;
    const total_mb = totalBytes === null ? null : totalBytes / 1e6;
    return {
      ...base,
      phase,
      done_mb: doneBytes / 1e6,
      total_mb,
      next_attempt_s: null,
      message: null,
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.running?.close();
  }

  private hear(event: FetchEvent): void {
    if (this.closed) return;
    switch (event.event) {
      case 'progress':
        this.progress(event.done_bytes, event.total_bytes);
        break;
      case 'phase':
        this.enterPhase(event.phase);
        break;
      case 'done':
        this.finish(event);
        break;
      case 'failed':
        this.fail(event.message, event.again);
        break;
      default:
        event satisfies never;
    }
    this.ports.publish({ event: 'model_fetch', model: this.model, state: 'done', ...this.view });
  }

  private progress(doneBytes: number, totalBytes: number): void {
    const isFirst = this.state.kind !== 'fetching' || this.state.totalBytes === null;
    this.state = { kind: 'fetching', phase: 'fetching', doneBytes, totalBytes };
    if (!isFirst) this.forgetFailures();
    const percent = Math.floor((100 * doneBytes) / Math.max(1, totalBytes));
    if (!isFirst && percent < this.loggedPercent + LOG_STEP_PERCENT && percent < 100) return;
    this.loggedPercent = percent;
    const of = `${inMb(doneBytes)} of ${inMb(totalBytes)} MB`;
    const after = isFirst ? ', the embedded engine dictates meanwhile' : '';
    this.ports.log(`fetching ${this.model}: ${percent} % (${of})${after}`);
  }

  /** Something came: the next failure is a new one. */
  private forgetFailures(): void {
    this.attempts = 0;
    this.warned = null;
  }

  private enterPhase(phase: string): void {
    if (this.state.kind !== 'fetching' || this.state.phase === phase) return;
    this.state = { ...this.state, phase };
    const what = { waiting: 'another process fetches it, waiting for that' }[phase] ?? phase;
    this.ports.log(`fetching ${this.model}: ${what}`);
  }

  private finish({ path, size_bytes, sha256 }: Extract<FetchEvent, { event: 'done' }>): void {
    this.ports.log(`fetched ${this.model}: ${inMb(size_bytes)} MB, sha256 ${sha256}`);
    const problem = this.ports.arrived(path);
    if (problem === null) this.state = { kind: 'idle' };
    else this.fail(problem, false);
  }

  /** The same failure is said once, however often it is tried again. */
  private fail(message: string, again: boolean): void {
    if (message !== this.warned) this.ports.warn(message);
    this.warned = message;
    if (!again) {
      this.state = { kind: 'failed', message };
      return;
    }
    const waitS = WAITS_S[Math.min(this.attempts, WAITS_S.length - 1)] ?? WAITS_S[0];
    this.attempts += 1;
    this.state = { kind: 'waiting', message, nextAttemptS: this.ports.nowS() + waitS };
    this.timer = setTimeout(() => this.start(), waitS * 1e3);
    this.timer.unref();
  }
}

function inMb(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0);
}
