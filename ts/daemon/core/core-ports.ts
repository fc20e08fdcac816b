import type { Decision } from '../../domain/actions.js';
import type { PolicyEvent, PolicyFact } from '../../domain/events.js';
import type { CardReading } from '../../domain/memory.js';
import type { PolicySettings } from '../../domain/policy-settings.js';
import type { Problem } from '../../domain/problem.js';
import type { PendingReason } from '../../domain/state.js';
import type { Journal } from '../../journal/types.js';
import type { PolicyState } from '../../policy/state/state.js';
import type { EventTopic } from '../../protocol/command/events.js';
import type { ForkOptions, ForkRole } from '../../protocol/worker/nursery.js';
import type { TextWishes } from '../../protocol/worker/worker.js';
import type { SegmenterSettings } from '../../speech/marks.js';
import type { Focus } from '../../system/desktop/window/focus.js';
import type { Log } from '../../system/log.js';
import type { ApplyOptions } from '../../voice/apply.js';
import type { WorkerFigures, WorkerListener } from '../../worker/workers.js';
import type { SessionFollowers } from '../delivery/sessions.js';
import type { LastText, SinkPort, WindowGuard } from '../ports.js';
import type { CpuEngineChoice } from '../workers/cpu-engine.js';
import type { PoolPort } from '../workers/placement-effects.js';
import type { RemotePort } from '../workers/remote-rung.js';
import type { SimWorld } from '../workers/sim-world.js';

/** Everything the core touches outside itself. */
export interface CorePorts {
  readonly journal: Journal;
  readonly sink: SinkPort;
  readonly guard: WindowGuard;
  readonly followers: SessionFollowers;
  readonly log: Log;
  nowS(): number;
  startPool(listener: WorkerListener): Promise<PoolPort & CorePool>;
  /** `small`: with the smaller of two speech models. */
  forkOptions(role: ForkRole, small: boolean): Partial<ForkOptions>;
  /** Hears how loading on the CPU went: it decides which engine is tried next. */
  readonly cpuEngine: Pick<CpuEngineChoice, 'loaded' | 'failedToLoad' | 'endedWhileLoading'>;
  segmenterSettings(): SegmenterSettings;
  commands(): ApplyOptions;
  /** Which window has the focus now; never rejects. */
  focus(): Promise<Focus>;
  /** `[voice] scratch_that`, for a dictation that types. */
  canScratch(): boolean;
  /** What is wanted of each text beside its words. */
  wishes(): TextWishes;
  hostFreeMb(): number;
  /** The engine on another machine; null: there is none. */
  readonly remote: RemotePort | null;
  /** Whether the machine runs from its battery; where nobody tells, it does not. */
  onBattery?(): boolean;
  /** Figures of the card from the driver's tools; null where nobody can tell. */
  measureElsewhere(): Promise<CardReading>;
  /** Something went wrong that a person should hear of: log, event and `status`. */
  warn(code: string, message: string, more?: { readonly simulated?: true }): void;
  /** One event for everybody who follows (ZeroMQ topics of the command interface). */
  publish(topic: EventTopic, payload: Record<string, unknown>): void;
  /** Whether somebody follows exactly this topic. */
  isFollowed(topic: EventTopic): boolean;
  /** The recording program must run, or may rest; off resolves when all that was heard is handed over. */
  listen(on: boolean): Promise<void>;
  record(event: PolicyEvent): void;
  /** A turn of the policy, for the history. */
  observe(event: PolicyEvent, state: PolicyState, decisions: readonly Decision[]): void;
  pendingChanged(reason: PendingReason): void;
  /** The last text of an earlier run, for `last` and `repeat`. */
  readonly recalledLast: LastText | null;
  keepLast(last: LastText): void;
  workersUnavailable(problem: Problem): void;
  /** Which engines the fork server has, by name. */
  enginesKnown(engines: Readonly<Record<string, boolean>>): void;
  /** Called on the loop after each change, for whoever waits for one. */
  settled(): void;
}

export interface CorePool {
  figures(): readonly WorkerFigures[];
  /** The fork server; null while there is none. */
  readonly nurseryPid: number | null;
  /** Messages of workers that could not be read. */
  readonly malformedMessages: number;
  close(): Promise<void>;
}

export interface CoreOptions {
  /** Settings until the card is known. */
  readonly policy: PolicySettings;
  readonly speculate: boolean;
  /** Longest stretch of a sentence that is looked at while it is spoken, in seconds. */
  readonly totalBufferS: number;
  readonly sim: SimWorld | null;
}

/** What is known once the card was looked for. */
export interface CoreStart {
  readonly policy: PolicySettings;
  readonly fact: Omit<Extract<PolicyFact, { kind: 'start' }>, 'kind' | 'hostFreeMb'>;
}
