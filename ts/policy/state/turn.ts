import type { Action, Decision, DecisionFigures } from '../../domain/actions.js';
import type { FaultClass } from '../../domain/fault.js';
import type { PolicySettings } from '../../domain/policy-settings.js';
import type { PolicyState } from './state.js';

/** The state while one event is worked on: members are replaced, what they hold is never changed. */
export type Draft = { -readonly [K in keyof PolicyState]: PolicyState[K] };

/** One event's work: the state as it becomes, and what is decided on the way. */
export interface Turn {
  readonly draft: Draft;
  readonly decisions: Decision[];
}

/** Opens a turn on a copy, so that the given state stays as it is. Time never runs backwards. */
export function openTurn(state: PolicyState, atS: number, settings: PolicySettings): Turn {
  const draft = copyState(state);
  if (atS > draft.atS) draft.atS = atS;
  draft.settings = settings;
  return { draft, decisions: [] };
}

/**
 * One level deep, member by member: V8 copies a literal of this size in a third of the time that a spread takes, and
 * this is half of what a quiet event costs. The compiler names a member that is missing here.
 */
function copyState(state: PolicyState): Draft {
  return {
    settings: state.settings,
    atS: state.atS,
    startedS: state.startedS,
    card: state.card,
    hostFreeMb: state.hostFreeMb,
    modelAbsent: state.modelAbsent,
    figures: state.figures,
    asleep: state.asleep,
    sampling: state.sampling,
    pressure: state.pressure,
    others: state.others,
    knownOthersMb: state.knownOthersMb,
    demand: state.demand,
    sttMb: state.sttMb,
    sttMeasuredIn: state.sttMeasuredIn,
    small: state.small,
    parked: state.parked,
    gpu: state.gpu,
    cpu: state.cpu,
    gpuRest: state.gpuRest,
    cpuRest: state.cpuRest,
    cpuOutdated: state.cpuOutdated,
    gpuStartsS: state.gpuStartsS,
    nextGeneration: state.nextGeneration,
    stt: state.stt,
    vad: state.vad,
    breaker: state.breaker,
    breakerPast: state.breakerPast,
    probe: state.probe,
    remote: state.remote,
    remoteProbe: state.remoteProbe,
    remoteAttempts: state.remoteAttempts,
    probeFirst: state.probeFirst,
    waiting: state.waiting,
    held: state.held,
    job: state.job,
    degraded: state.degraded,
    deferredUpTo: state.deferredUpTo,
    speaking: state.speaking,
    dictatedS: state.dictatedS,
    resting: state.resting,
    onBattery: state.onBattery,
    suspended: state.suspended,
    leak: state.leak,
    cpuUsedS: state.cpuUsedS,
    trimmedS: state.trimmedS,
    resumedS: state.resumedS,
  };
}

/** What a decision knows beyond the figures of the state. */
interface Extra {
  readonly needMb?: number;
  readonly fault?: FaultClass | undefined;
}

/** Adds a decision with the figures that are known now. */
export function decideOn(turn: Turn, action: Action, reason: string, extra: Extra = {}): void {
  turn.decisions.push({
    atS: turn.draft.atS,
    action,
    reason,
    figures: figuresNow(turn.draft, extra),
  });
}

function figuresNow(draft: Draft, extra: Extra): DecisionFigures {
  const figures = draft.figures;
  return {
    level: draft.pressure.level,
    usedMb: figures?.usedMb ?? null,
    othersMb: figures?.othersMb ?? null,
    ownMb: figures?.ownMb ?? null,
    needMb: extra.needMb ?? null,
    hostFreeMb: draft.hostFreeMb,
    breaker: draft.breaker.kind,
    fault: extra.fault ?? null,
  };
}
