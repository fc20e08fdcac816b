import type { PressureLevel } from '../../domain/memory.js';
import type { PolicyState } from '../../policy/state/state.js';

/** Adds up how long each level lasted on the world's clock, and degraded mode beside it. */
export class LevelTimes {
  readonly seconds = { normal: 0, warning: 0, critical: 0, emergency: 0, degraded: 0 };
  private level: PressureLevel = 'normal';
  private degraded = false;
  private sinceS = 0;

  /** From now on the policy sees things so. */
  follow(state: PolicyState, nowS: number): void {
    const degraded = state.degraded !== null;
    if (state.pressure.level === this.level && degraded === this.degraded) return;
    this.close(nowS);
    this.level = state.pressure.level;
    this.degraded = degraded;
  }

  close(nowS: number): void {
    const passedS = nowS - this.sinceS;
    this.seconds[this.level] += passedS;
    if (this.degraded) this.seconds.degraded += passedS;
    this.sinceS = nowS;
  }
}
