import type { FaultClass } from '../../ts/domain/fault.js';
import type { PolicySettings } from '../../ts/domain/policy-settings.js';

/** What happens from outside. */
export type Happening =
  | { readonly others: number }
  | { readonly speech: number; readonly speculative?: 'confirmed' | 'withdrawn' }
  | { readonly speaking: boolean }
  | { readonly fault: FaultClass }
  | { readonly leakMbPerMin: number }
  | { readonly driver: 'gone' | 'back' }
  | { readonly hostFree: number }
  | { readonly sleep: boolean }
  | { readonly cpuDies: true }
  | { readonly modelArrives: true }
  | { readonly microphone: true }
  | { readonly onBattery: boolean }
  | { readonly migrate: 'stt' | 'vad'; readonly device: 'cpu' | 'cuda' | 'auto' };

export interface Moment {
  readonly atS: number;
  readonly what: Happening;
}

export interface WorldOptions {
  readonly totalMb: number;
  readonly othersMb: number;
  readonly hostFreeMb: number;
  readonly settings: Partial<PolicySettings>;
  readonly gpu: boolean;
  readonly modelAbsent: boolean;
}
