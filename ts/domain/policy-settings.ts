/** Thresholds of the VRAM policy, in MB for the card at hand (levels.ts derives them from percentages). */
export interface LevelThresholds {
  readonly warningMb: number;
  readonly criticalMb: number;
  readonly guardMb: number;
  readonly emergencyMb: number;
}

/** `auto`: card, remote, CPU. `first`: remote, card, CPU. `fallback`: card, CPU, remote only while there is no engine. */
export type RemoteOrder = 'auto' | 'first' | 'fallback';

/** Everything that the policy may be told; the defaults are those of docs/policy.md. */
export interface PolicySettings {
  /** Fixed thresholds, or null to derive them from the card (a 4 GB card: 3200/3500/3700/3800). */
  readonly thresholds: LevelThresholds | null;
  /** Which device the user allows at all: `cpu` never touches a card. */
  readonly device: 'auto' | 'cpu' | 'cuda';
  readonly sttMb: number;
  readonly vadMb: number;
  readonly contextMb: number;
  readonly needBaseMb: number;
  readonly needMbPerS: number;
  /** Host memory that the CPU engine needs. */
  readonly cpuEngineMb: number;
  /** Keep the CPU engine loaded beside the GPU one where host memory allows. */
  readonly keepCpuWarm: boolean;
  /** Nobody has dictated for so long: the card's worker ends; half of it on battery; 0 never. */
  readonly idleS: number;
  /** The longest that an utterance waits for a worker of the card that is loading. */
  readonly patienceS: number;
  readonly minReclaimMb: number;
  readonly relaxS: number;
  readonly dwellS: number;
  readonly hangFactor: number;
  readonly hangFloorS: number;
  readonly loadDeadlineS: number;
  /** Where an engine on another machine stands among the rungs; null: there is none. */
  readonly remote: RemoteOrder | null;
  /** Seeds the +-20 % of the probe waits, so that a run can be replayed. */
  readonly seed: number;
}
