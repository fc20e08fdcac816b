import type { PolicyEvent } from '../../domain/events.js';
import type { HistoryFact, Place } from '../../domain/history.js';
import type { PendingReason } from '../../domain/state.js';
import type { HistoryWriter } from '../../history/writer.js';
import { Historian, type PolicyStep } from '../../policy/telling/historian.js';
import type { UtteranceReport } from '../delivery/sessions.js';

export interface HistoryKeeperPorts {
  readonly writer: Pick<HistoryWriter, 'add' | 'flush' | 'close'>;
  readonly simulated: boolean;
  nowEpochS(): number;
}

/** Writes down what `swictation report` shows later: figures, decisions, delays. Never what was said. */
export class HistoryKeeper {
  private readonly historian = new Historian({ texts: false });

  constructor(private readonly ports: HistoryKeeperPorts) {
    this.add({ kind: 'begin', simulated: ports.simulated });
  }

  /** A turn of the policy is over. */
  decided({ fact, state, decisions }: Omit<PolicyStep, 'atS'> & { fact: PolicyEvent }): void {
    const atS = this.ports.nowEpochS();
    this.ports.writer.add(this.historian.follow({ atS, fact, state, decisions }));
  }

  /** A text was typed. */
  delivered(report: UtteranceReport): void {
    this.add({
      kind: 'text',
      utterance: report.utterance,
      speechS: report.seconds,
      delayS: report.totalMs / 1e3,
      rung: report.engine,
      place: placeOf(report.device),
      words: report.words,
      rescued: this.historian.wasRescued(report.utterance),
    });
  }

  /** A text waits for a person. */
  kept(reason: PendingReason): void {
    this.add({ kind: 'kept', reason });
  }

  /** Resolves when all that has happened is on the disk. */
  flush(): Promise<void> {
    return this.ports.writer.flush();
  }

  close(): Promise<void> {
    this.add({ kind: 'end' });
    return this.ports.writer.close();
  }

  private add(fact: HistoryFact): void {
    this.ports.writer.add([{ atS: this.ports.nowEpochS(), ...fact }]);
  }
}

function placeOf(device: string): Place {
  if (device === 'cuda') return 'card';
  return device === 'cpu' || device === 'remote' ? device : 'none';
}
