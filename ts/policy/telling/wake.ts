import { restDueS } from '../placement/rest.js';
import { CPU_IDLE_S, LOST_S, SILENCE_PATIENCE_S } from '../state/settings.js';
import type { PolicyState, Worker } from '../state/state.js';
import { patientUntilS } from '../transcribing/patience.js';
import { probeDueS } from '../workers/breaker.js';
import { PROBE_PATIENCE_S, remoteProbeDueS } from '../workers/remote.js';
import { nextGpuStartS } from '../workers/workers.js';

/** Earliest time at which a `tick` is needed; null: only an event can change anything. Always later than now. */
export function nextWakeS(state: PolicyState): number | null {
  const times = state.suspended ? endTimes(state) : activeTimes(state);
  let earliest: number | null = null;
  for (const time of times) {
    if (time === null || time <= state.atS) continue;
    if (earliest === null || time < earliest) earliest = time;
  }
  return earliest;
}

type Times = readonly (number | null)[];

function endTimes(state: PolicyState): Times {
  return [endingOf(state.gpu), endingOf(state.cpu)];
}

/** One literal: this runs after every event. */
function activeTimes(state: PolicyState): Times {
  const { job, sampling, degraded, stt, vad } = state;
  const probeS = state.probe === null ? probeDueS(state) : state.probe.deadlineS;
  const remoteS = state.remoteProbe?.deadlineS ?? remoteProbeDueS(state);
  return [
    endingOf(state.gpu),
    endingOf(state.cpu),
    loadingOf(state.gpu),
    loadingOf(state.cpu),
    job === null || job.stage.kind === 'unplaced' ? null : job.stage.deadlineS,
    sampling.askedS === null ? sampling.nextS : sampling.askedS + LOST_S,
    stt.moving?.deadlineS ?? null,
    vad.moving?.deadlineS ?? null,
    degraded?.nextAttemptS ?? null,
    patientUntilS(state),
    restDueS(state),
    state.cpu.kind === 'none' ? state.cpuRest.notBeforeS : null,
    state.cpu.kind === 'ready' ? state.cpuUsedS + CPU_IDLE_S : null,
    state.gpu.kind === 'none' && state.card !== null ? nextGpuStartS(state) : null,
    probeS,
    remoteS,
    state.remoteProbe === null && remoteS !== null ? remoteS + PROBE_PATIENCE_S : null,
    state.probe === null && probeS !== null ? probeS + SILENCE_PATIENCE_S : null,
  ];
}

function loadingOf(worker: Worker): number | null {
  return worker.kind === 'loading' ? worker.deadlineS : null;
}

function endingOf(worker: Worker): number | null {
  return worker.kind === 'ending' ? worker.deadlineS : null;
}
