import { probeDueS } from './breaker.js';
import { CPU_IDLE_S, SILENCE_PATIENCE_S } from './settings.js';
import type { PolicyState, Worker } from './state.js';
import { nextGpuStartS } from './workers.js';

/** Earliest time at which a `tick` is needed; null: only an event can change anything. Always later than now. */
export function nextWakeS(state: PolicyState): number | null {
  const times: number[] = [endingOf(state.gpu), endingOf(state.cpu)].filter(isTime);
  if (!state.suspended) times.push(...activeTimes(state));
  let earliest: number | null = null;
  for (const time of times) {
    if (time > state.atS && (earliest === null || time < earliest)) earliest = time;
  }
  return earliest;
}

function activeTimes(state: PolicyState): number[] {
  const { job, sampling, degraded, stt, vad } = state;
  return [
    loadingOf(state.gpu),
    loadingOf(state.cpu),
    job === null || job.stage.kind === 'unplaced' ? null : job.stage.deadlineS,
    sampling.askedS === null ? sampling.nextS : sampling.askedS + 3,
    stt.moving?.deadlineS ?? null,
    vad.moving?.deadlineS ?? null,
    degraded?.nextAttemptS ?? null,
    state.cpu.kind === 'none' ? state.cpuRest.notBeforeS : null,
    state.cpu.kind === 'ready' ? state.cpuUsedS + CPU_IDLE_S : null,
    state.gpu.kind === 'none' && state.card !== null ? nextGpuStartS(state) : null,
    ...probeTimes(state),
  ].filter(isTime);
}

function probeTimes(state: PolicyState): (number | null)[] {
  if (state.probe !== null) return [state.probe.deadlineS];
  const dueS = probeDueS(state);
  return dueS === null ? [] : [dueS, dueS + SILENCE_PATIENCE_S];
}

function loadingOf(worker: Worker): number | null {
  return worker.kind === 'loading' ? worker.deadlineS : null;
}

function endingOf(worker: Worker): number | null {
  return worker.kind === 'ending' ? worker.deadlineS : null;
}

function isTime(time: number | null): time is number {
  return time !== null;
}
