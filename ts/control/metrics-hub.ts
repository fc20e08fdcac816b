import type { DaemonState } from '../domain/state.js';
import {
  type MetricsFacts,
  metricsLines,
  type TranscriptionFacts,
} from '../protocol/control/metrics.js';

/** Texts of the running session that are kept for clients who come later; beyond it the oldest go. */
const MAX_SESSION_BYTES = 4 * 1024 * 1024;

/** What the daemon tells its metrics clients, and what a new client is told first. Nothing in it waits. */
export class MetricsHub {
  private readonly listeners = new Set<(line: string) => void>();
  private transcriptions: string[] = [];
  private transcriptionBytes = 0;
  private state: DaemonState = 'idle';

  /** `now` gives the time of day for the lines' timestamps. */
  constructor(private readonly now: () => Date = () => new Date()) {}

  /** Tells a change; the same state again is no change. */
  setState(state: DaemonState): void {
    if (state === this.state) return;
    this.state = state;
    this.tell(metricsLines.stateChange(state, this.nowS()));
  }

  /** Forgets the texts of the session before. */
  sessionStart(sessionId: number): void {
    this.transcriptions = [];
    this.transcriptionBytes = 0;
    this.tell(metricsLines.sessionStart(sessionId, this.nowS()));
  }

  /** The texts stay for clients who come later, until the next session starts. */
  sessionEnd(sessionId: number): void {
    this.tell(metricsLines.sessionEnd(sessionId, this.nowS()));
  }

  transcription(facts: TranscriptionFacts): void {
    const line = metricsLines.transcription(facts, clockOf(this.now()));
    this.transcriptions.push(line);
    this.transcriptionBytes += Buffer.byteLength(line);
    while (this.transcriptionBytes > MAX_SESSION_BYTES && this.transcriptions.length > 1) {
      this.transcriptionBytes -= Buffer.byteLength(this.transcriptions.shift() ?? '');
    }
    this.tell(line);
  }

  update(facts: MetricsFacts): void {
    this.tell(metricsLines.update(facts));
  }

  /** The lines for a client that connects now: the state, then every text of the session. */
  catchUp(): string {
    return metricsLines.stateChange(this.state, this.nowS()) + this.transcriptions.join('');
  }

  /** Hands every line from now on to `listener`, which must not throw; returns the way to end it. */
  listen(listener: (line: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(line: string): void {
    for (const listener of this.listeners) listener(line);
  }

  private nowS(): number {
    return this.now().getTime() / 1_000;
  }
}

/** Local time as HH:MM:SS. */
function clockOf(time: Date): string {
  const parts = [time.getHours(), time.getMinutes(), time.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
