import type { HistoryItem } from '../domain/history.js';
import type { Lane, Mark, ReportData, ReportText, Span } from './report-data.js';

export interface Frame {
  readonly source: string;
  readonly clock: ReportData['clock'];
  /** Null: as the items begin and end. */
  readonly fromS: number | null;
  readonly toS: number | null;
}

const LANES = ['Speech recognition', 'Voice detection', 'Breaker'] as const;
type LaneName = (typeof LANES)[number];

/** Makes what a page shows of what has happened; items are in the order of their times. */
export function collect(items: readonly HistoryItem[], frame: Frame): ReportData {
  const fromS = frame.fromS ?? items[0]?.atS ?? 0;
  const toS = Math.max(fromS, frame.toS ?? items.at(-1)?.atS ?? 0);
  const memory = {
    t: [] as number[],
    used: [] as number[],
    own: [] as number[],
    cache: [] as number[],
  };
  const lanes = new LaneKeeper(toS);
  const texts: ReportText[] = [];
  const marks: Mark[] = [];
  let card: ReportData['card'] = null;
  let simulated = false;
  let runs = 0;
  let lastS = fromS;
  for (const item of items) {
    switch (item.kind) {
      case 'begin':
        simulated ||= item.simulated;
        // A run that did not say its end was killed; what it held ended with its last sign of life.
        if (lanes.isOpen) {
          lanes.closeAll(lastS);
          marks.push({ atS: lastS, kind: 'killed', words: 'the daemon ended without a word' });
        }
        if (runs > 0 || item.atS > fromS) {
          marks.push({ atS: item.atS, kind: 'begin', words: 'the daemon started' });
        }
        runs += 1;
        break;
      case 'end':
        lanes.closeAll(item.atS);
        break;
      case 'card':
        card = { totalMb: item.totalMb, thresholds: item.thresholds };
        break;
      case 'memory':
        memory.t.push(item.atS);
        memory.used.push(item.usedMb);
        memory.own.push(item.ownMb);
        memory.cache.push(item.cacheMb);
        break;
      case 'place':
        lanes.set(item.model === 'stt' ? LANES[0] : LANES[1], item.place, item.atS);
        break;
      case 'breaker':
        lanes.set(LANES[2], item.state, item.atS);
        break;
      case 'decision':
        if (isWorthAMark(item)) marks.push(markOf(item));
        break;
      case 'text':
        texts.push({ ...item, endedS: item.atS - item.delayS });
        break;
      case 'kept':
        marks.push({
          atS: item.atS,
          kind: 'kept',
          words: `a text waits for a person: ${item.reason}`,
        });
        break;
      default:
        item satisfies never;
    }
    lastS = item.atS;
  }
  const about = { source: frame.source, simulated, clock: frame.clock, fromS, toS, card };
  return { ...about, memory, lanes: lanes.finish(), texts, marks };
}

type Decided = Extract<HistoryItem, { kind: 'decision' }>;

/** Each text has a bar of its own: where it was read is only told where something had gone wrong. */
function isWorthAMark({ action, fault }: Decided): boolean {
  return action !== 'transcribe' || fault !== null;
}

function markOf({ atS, words, fault }: Decided): Mark {
  return { atS, kind: fault === null ? 'decision' : 'fault', words };
}

/** Which value each lane has, and had. */
class LaneKeeper {
  private readonly open = new Map<LaneName, Omit<Span, 'toS'>>();
  private readonly closed = new Map<LaneName, Span[]>(LANES.map((name) => [name, []]));

  constructor(private readonly toS: number) {}

  get isOpen(): boolean {
    return this.open.size > 0;
  }

  set(name: LaneName, value: Span['value'], atS: number): void {
    if (this.open.get(name)?.value === value) return;
    this.close(name, atS);
    this.open.set(name, { fromS: atS, value });
  }

  closeAll(atS: number): void {
    for (const name of [...this.open.keys()]) this.close(name, atS);
  }

  finish(): readonly Lane[] {
    this.closeAll(this.toS);
    return LANES.map((name) => ({ name, spans: this.closed.get(name) ?? [] }));
  }

  private close(name: LaneName, atS: number): void {
    const span = this.open.get(name);
    this.open.delete(name);
    if (span !== undefined && atS > span.fromS) {
      this.closed.get(name)?.push({ ...span, toS: atS });
    }
  }
}
