import type { BreakerState, RemoteBreaker } from '../../domain/breaker.js';
import type { Device, Wish, WorkerRole } from '../../domain/device.js';
import type { PressureLevel } from '../../domain/memory.js';
import type { LevelThresholds, PolicySettings } from '../../domain/policy-settings.js';
import { type Demand, startDemand } from './demand.js';
import { EMPTY_WINDOW, type OthersWindow } from './others-window.js';
import { EMPTY_QUEUE, type Queue, type Utterance } from './queue.js';
import type { Figures } from './signal.js';

export type { Utterance } from './queue.js';

/** Everything that the policy knows. Plain data: it can be logged, kept and compared; nobody outside changes it. */
export interface PolicyState {
  readonly settings: PolicySettings;
  /** Time of the last event; an event that claims an earlier time is taken as happening now. */
  readonly atS: number;
  readonly startedS: number;
  /** Null: there is no card, or it must not be used. */
  readonly card: CardFacts | null;
  readonly hostFreeMb: number | null;
  /** There is no model for the card yet, so it is not used. */
  readonly modelAbsent: boolean;
  readonly figures: Figures | null;
  /** The card was powered down when it was last looked at: it is woken by dictation only. */
  readonly asleep: boolean;
  readonly sampling: Sampling;
  readonly pressure: Pressure;
  readonly others: OthersWindow;
  /** The last figure of what others hold in which nothing of ours can be mixed. */
  readonly knownOthersMb: number | null;
  readonly demand: Demand;
  /** What the speech model takes on the card: measured, else half of its archive, else the configured figure. */
  readonly sttMb: number;
  /** The worker in which it was measured. */
  readonly sttMeasuredIn: number | null;
  /** The card's worker has, or gets, the smaller speech model: `stt`, `sttMb` and `demand` are that one's. */
  readonly small: boolean;
  /** The one of the two that the card does not have now; null where there is only one. */
  readonly parked: SpeechModel | null;
  readonly gpu: Worker;
  readonly cpu: Worker;
  readonly gpuRest: Rest;
  readonly cpuRest: Rest;
  /** The generation whose CPU engine is not the configured one any more; null: none. */
  readonly cpuOutdated: number | null;
  readonly gpuStartsS: readonly number[];
  readonly nextGeneration: number;
  readonly stt: Placement;
  readonly vad: Placement;
  readonly breaker: BreakerState;
  readonly breakerPast: BreakerPast;
  readonly probe: { readonly deadlineS: number } | null;
  /** The engine on another machine; closed where there is none. */
  readonly remote: RemoteBreaker;
  readonly remoteProbe: { readonly attempt: number; readonly deadlineS: number } | null;
  /** Requests to it so far; an answer to an older one changes nothing. */
  readonly remoteAttempts: number;
  /** After a suspend the card is used again only when a probe has passed. */
  readonly probeFirst: boolean;
  readonly waiting: Queue;
  /** Speculative utterances that are not being transcribed. */
  readonly held: readonly HeldUtterance[];
  readonly job: Job | null;
  readonly degraded: Degraded | null;
  /** Utterances up to this id have been told to wait. */
  readonly deferredUpTo: number;
  readonly speaking: boolean;
  /** When somebody last dictated, or was about to. */
  readonly dictatedS: number;
  /** Nobody has for long: the card is left to itself, neither used nor measured, until somebody does. */
  readonly resting: boolean;
  readonly onBattery: boolean;
  readonly suspended: boolean;
  readonly leak: Leak | null;
  /** When the CPU worker was last needed, the cache last emptied, the machine last resumed. */
  readonly cpuUsedS: number;
  readonly trimmedS: number | null;
  readonly resumedS: number;
}

export interface CardFacts {
  readonly totalMb: number;
  /** It slept when it was looked for: the first measurement tells its size. */
  readonly guessed?: boolean;
  readonly thresholds: LevelThresholds;
}

interface Sampling {
  /** When the next measurement is due; null: none is wanted. */
  readonly nextS: number | null;
  /** When the unanswered one was asked for. */
  readonly askedS: number | null;
  /** Measurements that failed in a row. */
  readonly failures: number;
}

export interface Pressure {
  readonly level: PressureLevel;
  /** A higher level that one sample has shown; the second one enters it. */
  readonly rising: PressureLevel | null;
  /** Since when the figures allow a lower level. */
  readonly easingSinceS: number | null;
}

export type Worker =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'loading';
      readonly generation: number;
      readonly deadlineS: number;
      readonly vad: boolean;
    }
  | { readonly kind: 'ready'; readonly generation: number; readonly sinceS: number }
  | {
      readonly kind: 'ending';
      readonly generation: number;
      readonly deadlineS: number;
      readonly gentle: boolean;
    };

/** Failed starts in a row and the earliest time of the next one. */
interface Rest {
  readonly failures: number;
  readonly notBeforeS: number;
}

export interface Placement {
  readonly device: Device;
  readonly wish: Wish;
  readonly moving: {
    readonly to: Device;
    readonly generation: number;
    readonly deadlineS: number;
  } | null;
  /** Start of the last move that the policy made; a person's own moves do not count. */
  readonly lastMoveS: number | null;
  /** When the last move had ended: older figures do not show it. */
  readonly settledS: number;
  /** Whether memory drove the model away, so that its return takes hysteresis. */
  readonly drivenOut: boolean;
  readonly returnedS: number | null;
  readonly dwellS: number;
  /** Since when a return is possible but for silence. */
  readonly dueSinceS: number | null;
}

/** What is known of one speech model for the card. */
export type SpeechModel = Pick<PolicyState, 'stt' | 'sttMb' | 'sttMeasuredIn' | 'demand'>;

interface BreakerPast {
  readonly closedS: number | null;
  readonly failures: number;
  readonly oomS: number | null;
  readonly hangS: number | null;
  /** State of the generator behind the +-20 %. */
  readonly random: number;
}

interface HeldUtterance extends Utterance {
  /** An attempt has failed: it is not made again before the utterance is confirmed. */
  readonly tried: boolean;
}

export interface Job extends Utterance {
  readonly speculative: boolean;
  /** Nobody wants the result any more; the worker is still busy with it. */
  readonly withdrawn: boolean;
  /** Why the card is not tried (again) for this utterance. */
  readonly cpuBecause: string | null;
  /** The engine on another machine has failed on it. */
  readonly remoteTried: boolean;
  /** The card was full for it; a second time goes down the ladder at once. */
  readonly foundFull: boolean;
  /** Processes that were lost over it. A full card or a gone driver is not its fault. */
  readonly gpuFailures: number;
  readonly cpuFailures: number;
  /** It has a text that does not fit its speech: it is cut at its rests this time. */
  readonly again: boolean;
  readonly stage: Stage;
}

export type Stage =
  | { readonly kind: 'unplaced' }
  /** Waits for a fresh sample; `emptied`: the cache has been emptied before it. */
  | {
      readonly kind: 'measuring';
      readonly emptied: boolean;
      readonly retry: boolean;
      readonly deadlineS: number;
    }
  | {
      readonly kind: 'emptying';
      readonly generation: number;
      readonly retry: boolean;
      readonly deadlineS: number;
    }
  /** An ambiguous failure: the worker's next answer tells a full card from a poisoned process. */
  | { readonly kind: 'judging'; readonly deadlineS: number }
  | {
      readonly kind: 'running';
      readonly worker: WorkerRole;
      readonly generation: number;
      readonly windowS: number;
      readonly allowanceS: number;
      readonly deadlineS: number;
    }
  /** With the engine on another machine. */
  | { readonly kind: 'remote'; readonly attempt: number; readonly deadlineS: number };

interface Degraded {
  readonly reason: string;
  readonly attempts: number;
  readonly nextAttemptS: number | null;
}

export interface Leak {
  readonly generation: number;
  readonly baselineMb: number;
  readonly lastMb: number;
  readonly rises: number;
  readonly suspected: boolean;
}

const RESTED: Rest = { failures: 0, notBeforeS: 0 };

/** The state before the first event, which is always `start`. */
export function initialState(settings: PolicySettings): PolicyState {
  return {
    settings,
    atS: 0,
    startedS: 0,
    card: null,
    hostFreeMb: null,
    modelAbsent: false,
    figures: null,
    asleep: false,
    sampling: { nextS: null, askedS: null, failures: 0 },
    pressure: { level: 'normal', rising: null, easingSinceS: null },
    others: EMPTY_WINDOW,
    knownOthersMb: null,
    demand: startDemand(settings),
    sttMb: settings.sttMb,
    sttMeasuredIn: null,
    small: false,
    parked: null,
    gpu: { kind: 'none' },
    cpu: { kind: 'none' },
    gpuRest: RESTED,
    cpuRest: RESTED,
    cpuOutdated: null,
    gpuStartsS: [],
    nextGeneration: 1,
    stt: placed(settings),
    vad: placed(settings),
    breaker: { kind: 'closed' },
    breakerPast: { closedS: null, failures: 0, oomS: null, hangS: null, random: settings.seed },
    probe: null,
    remote: { kind: 'closed' },
    remoteProbe: null,
    remoteAttempts: 0,
    probeFirst: false,
    waiting: EMPTY_QUEUE,
    held: [],
    job: null,
    degraded: null,
    deferredUpTo: 0,
    speaking: false,
    dictatedS: 0,
    resting: false,
    onBattery: false,
    suspended: false,
    leak: null,
    cpuUsedS: 0,
    trimmedS: null,
    resumedS: 0,
  };
}

/** A model that is not on the card yet. */
export function placed(settings: PolicySettings): Placement {
  return {
    device: 'cpu',
    wish: 'auto',
    moving: null,
    lastMoveS: null,
    settledS: 0,
    drivenOut: false,
    returnedS: null,
    dwellS: settings.dwellS,
    dueSinceS: null,
  };
}
