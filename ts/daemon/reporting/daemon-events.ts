import type { EventPublisher } from '../../control/publish-events.js';
import type { FaultClass } from '../../domain/fault.js';
import type { EventTopic } from '../../protocol/command/events.js';
import type { MetricsStore } from '../../store/metrics-store.js';
import { epochS } from '../../system/clock.js';
import type { Notices } from './notices.js';

export interface DaemonEventPorts {
  readonly events: EventPublisher;
  /** Null where metrics are switched off. */
  readonly store: Pick<MetricsStore, 'countEvent'> | null;
  readonly notices: Pick<Notices, 'decided' | 'state'>;
  /** The breaker keeps the card out until something is installed. */
  isolated(): void;
}

/** The one way out for events: followers, the counters of the database, the desktop's notices. */
export class DaemonEvents {
  /** The last fault that a decision was made on, with its time (epoch s). */
  lastFault: { readonly class: FaultClass; readonly at: number } | null = null;

  constructor(private readonly ports: DaemonEventPorts) {}

  publish(topic: EventTopic, payload: Record<string, unknown>): void {
    if (topic === 'decision') this.noteDecision(payload);
    if (topic === 'state') this.ports.notices.state(payload.state);
    this.ports.events.publish(topic, payload);
  }

  /** Whether somebody follows exactly this topic. */
  isFollowed(topic: EventTopic): boolean {
    return this.ports.events.isFollowed(topic);
  }

  private noteDecision(payload: Record<string, unknown>): void {
    const { fault, action, state } = payload;
    if (isFault(fault)) this.lastFault = { class: fault, at: epochS() };
    this.count(action, fault);
    this.ports.notices.decided(action);
    if (action === 'breaker' && state === 'isolated') this.ports.isolated();
  }

  /** The original's counters of trouble on the card, over all sessions. */
  private count(action: unknown, fault: unknown): void {
    const { store } = this.ports;
    if (action === 'warn') store?.countEvent('memory_pressure_events');
    if (action === 'breaker' && fault !== null) store?.countEvent('cuda_errors_total');
    if (action === 'transcribe' && fault !== null) store?.countEvent('cuda_errors_recovered');
  }
}

function isFault(value: unknown): value is FaultClass {
  return typeof value === 'string' && value !== 'dead';
}
