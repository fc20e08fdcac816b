import type { MicrophoneState } from '../../capture/source.js';
import type { FaultClass } from '../../domain/fault.js';
import { type PolicyView, view } from '../../policy/telling/view.js';
import type { Snapshot } from '../../protocol/command/snapshot.js';
import type { WorkerMemory } from '../../protocol/worker/worker-memory.js';
import type { Core } from '../core/core.js';
import { whyLost } from '../reporting/microphone-news.js';
import type { SpeculationFigures } from '../utterances/speculation.js';

export interface SnapshotFacts {
  readonly core: Core;
  readonly microphone: MicrophoneState;
  readonly modelFetch: NonNullable<Snapshot['model_fetch']> | null;
  readonly hotkeys: Snapshot['hotkeys'];
  readonly pending: number;
  readonly processes: Snapshot['processes'];
  readonly warnings: readonly string[];
  readonly lastFault: { readonly class: FaultClass; readonly at: number } | null;
  /** Null: there is no engine on another machine. */
  readonly remoteHost: string | null;
  readonly simulated: boolean;
  readonly nowS: number;
}

/** Everything that `status`, `top` and `memory` show, in the names of the command interface. */
export function takeSnapshot(facts: SnapshotFacts): Snapshot {
  const { core, nowS } = facts;
  const policy = view(core.driver.state);
  return {
    state: core.state,
    recording_s: core.dictation.isRecording ? core.dictation.recordingS : null,
    models: describeModels(core, policy, facts.simulated),
    memory: describeMemory(policy, core.lastMemory, facts.simulated),
    thresholds: describeThresholds(policy),
    level: policy.level,
    breaker: describeBreaker(policy, nowS),
    remote: describeRemote(policy, facts.remoteHost, nowS),
    queue: { waiting: policy.waiting, in_flight: policy.inFlight === null ? 0 : 1 },
    degraded:
      policy.degraded === null
        ? null
        : {
            reason: policy.degraded.reason,
            next_attempt_s: secondsUntil(policy.degraded.nextAttemptS, nowS),
          },
    pending: facts.pending,
    microphone: describeMicrophone(facts.microphone),
    model_fetch: facts.modelFetch,
    hotkeys: facts.hotkeys,
    workers: describeWorkers(core, policy),
    processes: [...facts.processes],
    malformed_messages: core.malformedMessages,
    speculation: describeSpeculation(core.dictation.speculation.figures),
    session: describeSession(core),
    warnings: [...facts.warnings, ...(core.trouble === null ? [] : [core.trouble])],
    last_fault: facts.lastFault === null ? null : { ...facts.lastFault },
  };
}

function describeModels(core: Core, policy: PolicyView, simulated: boolean): Snapshot['models'] {
  const { stt, vad } = policy.placement;
  const role = stt.device === 'cuda' ? 'gpu' : 'cpu';
  const ready = policy.workers.some((worker) => worker.role === role && worker.phase !== 'loading');
  return {
    stt: {
      device: ready ? stt.device : 'none',
      engine: core.engines[role] || null,
      simulated: simulated && stt.device === 'cuda',
      wish: stt.wish,
    },
    vad: {
      device: core.vadDevice,
      simulated: simulated && core.vadDevice === 'cuda',
      wish: vad.wish,
    },
  };
}

function describeMemory(
  policy: PolicyView,
  memory: WorkerMemory | null,
  simulated: boolean,
): Snapshot['memory'] {
  if (policy.totalMb === null || policy.usedMb === null) return null;
  const own = memory !== null && memory.context_mb > 0 ? memory : null;
  return {
    total_mb: policy.totalMb,
    used_mb: policy.usedMb,
    others_mb: policy.othersMb,
    own_mb: policy.ownMb,
    free_mb: memory?.free_mb ?? policy.totalMb - policy.usedMb,
    allocated_mb: own?.allocated_mb ?? null,
    active_mb: own?.active_mb ?? null,
    reserved_mb: own?.reserved_mb ?? null,
    inactive_split_mb: own?.inactive_split_mb ?? null,
    largest_free_mb: memory?.largest_free_mb ?? null,
    fragmentation_ratio:
      own !== null && own.allocated_mb > 0 ? own.reserved_mb / own.allocated_mb : null,
    simulated,
  };
}

function describeThresholds(policy: PolicyView): Snapshot['thresholds'] {
  const limits = policy.thresholds;
  if (limits === null) return null;
  return {
    warning_mb: limits.warningMb,
    critical_mb: limits.criticalMb,
    guard_mb: limits.guardMb,
    emergency_mb: limits.emergencyMb,
  };
}

function describeBreaker(policy: PolicyView, nowS: number): Snapshot['breaker'] {
  const { breaker } = policy;
  return {
    state: breaker.kind,
    cause: breaker.kind === 'closed' ? null : breaker.cause,
    next_probe_s: breaker.kind === 'open' ? secondsUntil(breaker.untilS, nowS) : null,
  };
}

function describeRemote(
  { remote }: PolicyView,
  host: string | null,
  nowS: number,
): Snapshot['remote'] {
  if (remote === null || host === null) return null;
  return {
    host,
    state: remote.kind,
    reason: remote.kind === 'closed' ? null : remote.reason,
    next_probe_s: remote.kind === 'open' ? secondsUntil(remote.untilS, nowS) : null,
  };
}

function describeMicrophone(state: MicrophoneState): Snapshot['microphone'] {
  if (state.kind === 'idle') return { state: 'idle', program: null, message: null };
  return { state: state.kind, program: state.program, message: tellMicrophone(state) };
}

function tellMicrophone(state: Exclude<MicrophoneState, { kind: 'idle' }>): string | null {
  switch (state.kind) {
    case 'lost':
      return `${whyLost(state)}, next attempt in ${state.retryInS} s`;
    case 'starting':
      return state.waitedS === undefined
        ? null
        : `no sound for ${state.waitedS} s, waiting for ${state.program}`;
    case 'listening':
      return state.silent ?? null;
    default:
      return state satisfies never;
  }
}

function describeWorkers(core: Core, policy: PolicyView): Snapshot['workers'] {
  const phases = new Map(policy.workers.map((worker) => [worker.generation, worker.phase]));
  return core.workers().map(({ role, generation, pid, rssMb }) => ({
    role,
    generation,
    pid,
    state: phases.get(generation) ?? 'ready',
    rss_mb: rssMb,
  }));
}

function describeSpeculation(figures: SpeculationFigures): Snapshot['speculation'] {
  return {
    used: figures.used,
    dropped: figures.dropped,
    used_ms: Math.round(figures.usedMs),
    saved_ms: Math.round(figures.savedMs),
    dropped_ms: Math.round(figures.droppedMs),
    engine_ms: Math.round(figures.engineMs),
  };
}

function describeSession(core: Core): Snapshot['session'] {
  const current = core.sessions.current;
  return current === null
    ? null
    : { id: current.session, words: current.words, wpm: Math.round(current.wpm * 10) / 10 };
}

function secondsUntil(atS: number | null, nowS: number): number | null {
  return atS === null ? null : Math.max(0, Math.round((atS - nowS) * 10) / 10);
}
