import type { Decision } from '../domain/actions.js';
import type { PressureLevel } from '../domain/memory.js';
import type { CorePorts } from './core-ports.js';
import { decisionFields } from './decisions.js';

/** Tells decisions to everybody who follows: events, and the log in detail. */
export class Telling {
  private level: PressureLevel = 'normal';

  constructor(
    private readonly ports: Pick<CorePorts, 'publish' | 'log'>,
    private readonly simulated: boolean,
  ) {}

  tell(decision: Decision): void {
    const { reason, figures } = decision;
    const { kind } = decision.action;
    const payload = { ...decisionFields(decision), ...this.label() };
    this.ports.publish('decision', payload);
    if (kind === 'move_vad' || kind === 'move_stt') this.ports.publish('migration', payload);
    if (kind === 'breaker') this.ports.publish('breaker', payload);
    if (kind === 'warn' || kind === 'degrade') {
      this.ports.publish('warning', { code: kind, message: reason, ...this.label() });
    }
    this.tellLevel(figures.level, figures.usedMb);
    this.ports.log.debug(`${kind}: ${reason}${this.simulated ? ' (simulated card)' : ''}`);
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
