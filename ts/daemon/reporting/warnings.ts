import type { Log } from '../../system/log.js';

export interface WarningPorts {
  readonly log: Pick<Log, 'warn'>;
  nowS(): number;
  publish(topic: 'warning', payload: Record<string, unknown>): void;
}

const KEPT = 20;
const REPEAT_S = 60;
/** Each of its messages has another figure in it. */
const ALIKE_BY_CODE = new Set(['gpu_memory']);

/** The one owner of warnings: what went wrong goes to the log, to the events, and with the last ones to `status`. */
export class Warnings {
  private readonly kept: string[] = [];
  private readonly toldS = new Map<string, number>();

  constructor(private readonly ports: WarningPorts) {}

  /** The last messages, newest last. */
  get recent(): readonly string[] {
    return this.kept;
  }

  /** The same warning again within a minute helps nobody. `more` goes along with the event. */
  tell(code: string, message: string, more: { readonly simulated?: true } = {}): void {
    if (this.isRecent(ALIKE_BY_CODE.has(code) ? code : message)) return;
    this.ports.log.warn(message, { code, ...more });
    this.kept.push(message);
    if (this.kept.length > KEPT) this.kept.shift();
    this.ports.publish('warning', { code, message, ...more });
  }

  private isRecent(key: string): boolean {
    const nowS = this.ports.nowS();
    const before = this.toldS.get(key) ?? Number.NEGATIVE_INFINITY;
    if (this.toldS.size > 1_000) this.toldS.clear();
    if (nowS - before < REPEAT_S) return true;
    this.toldS.set(key, nowS);
    return false;
  }
}
