import { readStat } from '../system/process/process-stat.js';

/** What a look at a process says. `stopped`, `ended`: for at least `CERTAIN_S` now; `doubtful`: for less, look again. */
export type Condition = 'lives' | 'doubtful' | 'stopped' | 'ended' | 'gone';

/** A debugger or a job shell may stop a process for a moment; nothing but a signal ever does, however slow the machine is. */
const CERTAIN_S = 0.3;

interface Seen {
  readonly state: string;
  readonly sinceS: number;
  readonly startTicks: number;
}

/** Tells processes that stand still (SIGSTOP), or have ended and were not reaped, from those that are only slow. */
export class Stillness {
  private readonly seen = new Map<number, Seen>();
  /** Per process, how far it had got at the last `gotOn`. */
  private readonly progress = new Map<number, number>();

  constructor(private readonly read: typeof readStat = readStat) {}

  look(pid: number, nowS: number): Condition {
    const stat = this.read(pid);
    if (stat === null || stat.state === 'X') return this.forgetAs(pid, 'gone');
    if (stat.state !== 'T' && stat.state !== 'Z') return this.forgetAs(pid, 'lives');
    const before = this.seen.get(pid);
    const { state, startTicks } = stat;
    if (before?.state !== state || before.startTicks !== startTicks) {
      this.seen.set(pid, { state, startTicks, sinceS: nowS });
      return 'doubtful';
    }
    if (nowS - before.sinceS < CERTAIN_S) return 'doubtful';
    return state === 'Z' ? 'ended' : 'stopped';
  }

  /** Whether a process has computed, or waited for a page, since the last call: silent, but only slow. */
  gotOn(pid: number): boolean {
    const now = this.read(pid)?.progress ?? 0;
    const before = this.progress.get(pid) ?? now;
    this.progress.set(pid, now);
    return now > before;
  }

  /** What is remembered of processes that are none of ours any more is forgotten. */
  keepOnly(pids: ReadonlySet<number>): void {
    for (const known of [this.seen, this.progress]) {
      for (const pid of known.keys()) if (!pids.has(pid)) known.delete(pid);
    }
  }

  private forgetAs(pid: number, condition: 'lives' | 'gone'): Condition {
    this.seen.delete(pid);
    return condition;
  }
}
