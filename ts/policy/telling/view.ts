import type { BreakerState, RemoteBreaker } from '../../domain/breaker.js';
import type { Device, Wish, WorkerRole } from '../../domain/device.js';
import type { DemandLine } from '../../domain/events.js';
import type { PressureLevel } from '../../domain/memory.js';
import type { LevelThresholds } from '../../domain/policy-settings.js';
import { lineOf } from '../state/demand.js';
import { itemsOf } from '../state/queue.js';
import { largeModel, smallModel } from '../state/speech-model.js';
import type { Placement, PolicyState, SpeechModel, Stage, Worker } from '../state/state.js';
import { windowFor } from '../transcribing/guard.js';

export { rememberBreaker } from '../workers/breaker.js';

/** What `status`, `snapshot` and `top` show of the policy. Figures in MB of 10^6 bytes, null while unknown. */
export interface PolicyView {
  readonly level: PressureLevel;
  readonly placement: { readonly stt: PlacementView; readonly vad: PlacementView };
  /** The card has the smaller of two speech models. */
  readonly small: boolean;
  readonly usedMb: number | null;
  readonly othersMb: number | null;
  readonly ownMb: number | null;
  readonly totalMb: number | null;
  readonly thresholds: LevelThresholds | null;
  readonly breaker: BreakerState;
  /** The engine on another machine; null where there is none. */
  readonly remote: RemoteBreaker | null;
  readonly workers: readonly WorkerView[];
  /** Utterances that wait for an engine, the one at hand not among them. */
  readonly waiting: number;
  /** The utterance that an engine is working on. */
  readonly inFlight: number | null;
  /** Utterances that were told to wait in degraded mode. */
  readonly deferred: readonly number[];
  readonly degraded: { readonly reason: string; readonly nextAttemptS: number | null } | null;
  readonly windowS: number;
}

interface PlacementView {
  readonly device: Device;
  readonly wish: Wish;
}

interface WorkerView {
  readonly role: WorkerRole;
  readonly generation: number;
  readonly phase: Exclude<Worker['kind'], 'none'>;
}

/** The state as people are shown it. */
export function view(state: PolicyState): PolicyView {
  const { figures, card, degraded } = state;
  return {
    level: state.pressure.level,
    placement: { stt: placementOf(state.stt), vad: placementOf(state.vad) },
    small: state.small && state.stt.device === 'cuda',
    usedMb: figures?.usedMb ?? null,
    othersMb: figures?.othersMb ?? null,
    ownMb: figures?.ownMb ?? null,
    totalMb: card?.totalMb ?? null,
    thresholds: card?.thresholds ?? null,
    breaker: state.breaker,
    remote: state.settings.remote === null ? null : state.remote,
    workers: [...workerOf('gpu', state.gpu), ...workerOf('cpu', state.cpu)],
    waiting: state.waiting.length,
    inFlight: state.job !== null && isInWork(state.job.stage) ? state.job.utterance : null,
    deferred: deferredIn(state),
    degraded:
      degraded === null ? null : { reason: degraded.reason, nextAttemptS: degraded.nextAttemptS },
    windowS: windowFor(state),
  };
}

/** The demand line to keep on disk, by driver, model and number type. */
export function demandLine(state: PolicyState): DemandLine {
  return lineOf(largeModel(state).demand);
}

/** The same of the smaller model, with its size where it was measured; null where there is none. */
export function learnedOfSmall(
  state: PolicyState,
): { readonly demand: DemandLine; readonly sttMb: number | null } | null {
  const small = smallModel(state);
  if (small === null) return null;
  return { demand: lineOf(small.demand), sttMb: measuredMb(small) };
}

/** What the speech model was measured to take on the card; null before it was there. */
export function measuredModelMb(state: PolicyState): number | null {
  return measuredMb(largeModel(state));
}

function measuredMb({ sttMb, sttMeasuredIn }: SpeechModel): number | null {
  return sttMeasuredIn === null ? null : sttMb;
}

function placementOf(placement: Placement): PlacementView {
  return { device: placement.device, wish: placement.wish };
}

function workerOf(role: WorkerRole, worker: Worker): WorkerView[] {
  if (worker.kind === 'none') return [];
  return [{ role, generation: worker.generation, phase: worker.kind }];
}

function isInWork({ kind }: Stage): boolean {
  return kind === 'running' || kind === 'remote';
}

function deferredIn(state: PolicyState): number[] {
  if (state.degraded === null) return [];
  const waiting = itemsOf(state.waiting).map((item) => item.utterance);
  const { job } = state;
  return job === null || isInWork(job.stage) ? waiting : [job.utterance, ...waiting];
}

/** Whether the answer to this request to the engine on another machine is still waited for. */
export function awaitsRemote({ job }: PolicyState, attempt: number): boolean {
  return job?.stage.kind === 'remote' && job.stage.attempt === attempt;
}
