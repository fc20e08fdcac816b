import type { Action, Decision } from '../../domain/actions.js';
import type { PressureLevel } from '../../domain/memory.js';
import { decisionFields } from '../../policy/telling/tell.js';
import { describeAction } from '../../policy/telling/why.js';
import type { CorePorts } from './core-ports.js';

/** Tells decisions to everybody who follows: events, warnings, and the log. */
export class DecisionReporter {
  private level: PressureLevel = 'normal';

  constructor(
    private readonly ports: Pick<CorePorts, 'publish' | 'log' | 'warn'>,
    private readonly simulated: boolean,
  ) {}

  report(decision: Decision): void {
    const { action, reason, figures } = decision;
    const { kind } = action;
    const payload = { ...decisionFields(decision), ...this.label() };
    this.ports.publish('decision', payload);
    if (kind === 'move_vad' || kind === 'move_stt') this.ports.publish('migration', payload);
    if (kind === 'breaker') this.ports.publish('breaker', payload);
    if (kind === 'warn' || kind === 'degrade') this.ports.warn(kind, reason, this.label());
    else this.log(decision);
    this.tellLevel(figures.level, figures.usedMb);
  }

  /** What moves, starts, ends or fails is worth a line in anybody's log; each transcription is not. */
  private log({ action, reason, atS }: Decision): void {
    const line = `${describeAction(action, atS)}: ${reason}${this.simulated ? ' (simulated card)' : ''}`;
    if (isDetail(action)) this.ports.log.debug(line);
    else this.ports.log.info(line);
  }

  private tellLevel(level: PressureLevel, usedMb: number | null): void {
    if (level === this.level) return;
    this.level = level;
    this.ports.publish('pressure', { level, used_mb: usedMb, ...this.label() });
  }

  /** Figures of a simulated card say so wherever they are shown. */
  private label(): { simulated?: true } {
    return this.simulated ? { simulated: true } : {};
  }
}

function isDetail(action: Action): boolean {
  return ['sample', 'transcribe', 'empty_cache', 'shorten_window', 'defer'].includes(action.kind);
}
