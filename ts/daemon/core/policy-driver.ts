import type { Decision } from '../../domain/actions.js';
import type { PolicyEvent, PolicyFact } from '../../domain/events.js';
import type { PolicySettings } from '../../domain/policy-settings.js';
import { decide } from '../../policy/decide.js';
import { initialState, type PolicyState } from '../../policy/state/state.js';
import { nextWakeS } from '../../policy/telling/wake.js';

export interface PolicyDriverEffects {
  nowS(): number;
  /** Runs one decided action; its results come back as facts. */
  run(decision: Decision): void;
  /** Arms the one timer of the policy; null disarms it. */
  wakeAt(atS: number | null): void;
  /** Each event, for a recorded run that can be replayed. */
  record(event: PolicyEvent): void;
  /** What came of it, before it is carried out. */
  observe(event: PolicyEvent, state: PolicyState, decisions: readonly Decision[]): void;
}

export type StartFact = Extract<PolicyFact, { kind: 'start' }>;

const KEPT_DECISIONS = 500;

/**
 * Feeds facts to `decide`, one at a time, and hands its actions to the effects. What is learned before `start` waits:
 * dictation begins while the card is still looked for.
 */
export class PolicyDriver {
  private current: PolicyState;
  private started = false;
  private readonly facts: PolicyFact[] = [];
  private busy = false;
  private readonly history: Decision[] = [];

  /** `settings` hold until `start` brings those of the card. */
  constructor(
    private settings: PolicySettings,
    private readonly effects: PolicyDriverEffects,
  ) {
    this.current = initialState(settings);
  }

  get state(): PolicyState {
    return this.current;
  }

  /** The last decisions, newest last. */
  decisions(limit: number): readonly Decision[] {
    return this.history.slice(-limit);
  }

  /** The card is known, or that there is none: decides from here on, first on what has waited. */
  start(settings: PolicySettings, fact: StartFact): void {
    this.settings = settings;
    this.current = initialState(settings);
    this.started = true;
    this.facts.unshift(fact);
    this.work();
  }

  /** A fact that became known now. Actions that answer at once put their facts behind this one. */
  learn(fact: PolicyFact): void {
    this.facts.push(fact);
    this.work();
  }

  private work(): void {
    if (this.busy || !this.started) return;
    this.busy = true;
    try {
      for (let next = this.facts.shift(); next !== undefined; next = this.facts.shift()) {
        this.step(next);
      }
    } finally {
      this.busy = false;
    }
    this.effects.wakeAt(nextWakeS(this.current));
  }

  private step(fact: PolicyFact): void {
    const event: PolicyEvent = { ...fact, atS: this.effects.nowS() };
    this.effects.record(event);
    const result = decide(this.current, event, this.settings);
    this.current = result.state;
    this.effects.observe(event, result.state, result.decisions);
    for (const decision of result.decisions) {
      if (decision.action.kind !== 'sample') this.keep(decision);
      this.effects.run(decision);
    }
  }

  private keep(decision: Decision): void {
    this.history.push(decision);
    if (this.history.length > KEPT_DECISIONS) this.history.shift();
  }
}
