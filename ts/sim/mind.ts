import type { Decision } from '../domain/actions.js';
import type { PolicyFact } from '../domain/events.js';
import type { PolicySettings } from '../domain/policy-settings.js';
import type { SimulatedWorld } from '../domain/simulation.js';
import { decide } from '../policy/decide.js';
import { itemsOf } from '../policy/state/queue.js';
import { DEFAULT_SETTINGS } from '../policy/state/settings.js';
import { initialState, type PolicyState } from '../policy/state/state.js';
import { nextWakeS } from '../policy/telling/wake.js';

/** The policy and its state. It knows of the world what the configuration says: the sizes of the models. */
export class Mind {
  readonly settings: PolicySettings;
  state: PolicyState;

  constructor(world: SimulatedWorld) {
    const { sttMb, vadMb, cpuEngineMb, remote } = world;
    this.settings = { ...DEFAULT_SETTINGS, sttMb, vadMb, cpuEngineMb, remote };
    this.state = initialState(this.settings);
  }

  learn(fact: PolicyFact, atS: number): readonly Decision[] {
    const { state, decisions } = decide(this.state, { atS, ...fact }, this.settings);
    this.state = state;
    return decisions;
  }

  /** When it wants to be woken though nothing happens; Infinity: never. */
  wakeS(): number {
    return nextWakeS(this.state) ?? Number.POSITIVE_INFINITY;
  }

  /** The utterances that wait or are being worked on. */
  remembered(): ReadonlySet<number> {
    const { job, waiting, held } = this.state;
    const known = job === null ? [] : [job];
    return new Set([...known, ...itemsOf(waiting), ...held].map(({ utterance }) => utterance));
  }
}
