import { isDue } from '../state/deadlines.js';
import { isCardInService, isCardWanted, isIdle } from '../state/idle.js';
import { CPU_IDLE_S } from '../state/settings.js';
import { newModel } from '../state/speech-model.js';
import type { PolicyState } from '../state/state.js';
import type { Draft, Turn } from '../state/turn.js';
import { endWorker, startWorker } from './workers.js';

/** Host memory (in CPU engines) that must be free to load one that nobody waits for. */
const WARM_ROOM = 2;

/** The CPU engine can't be had for now: host memory is short, or it fails to start. */
export function isCpuBlocked(state: PolicyState): boolean {
  if (state.cpu.kind === 'ready' || state.cpu.kind === 'loading') return false;
  return !hasRoom(state, 1) || state.cpuRest.failures >= 3;
}

/** Starts the CPU worker for an utterance that waits, unless it was tried a moment ago. */
export function needCpuWorker(turn: Turn, reason: string): void {
  const { draft } = turn;
  if (draft.cpu.kind !== 'none' || !isDue(draft.cpuRest.notBeforeS, draft.atS)) return;
  if (!hasRoom(draft, 1)) return;
  startWorker(turn, 'cpu', false, reason);
}

/** The model has come: the card may have it, and a CPU worker with another engine has had its time. */
export function observeModel(draft: Draft, cpuEngine: boolean, sttMb: number | null): void {
  draft.modelAbsent = false;
  const largeMb = sttMb ?? draft.settings.sttMb;
  if (draft.small) draft.parked ??= newModel(draft.settings, largeMb, null);
  else draft.sttMb = sttMb ?? draft.sttMb;
  if (cpuEngine) retireCpuEngine(draft);
}

/** The CPU engine is another one from the next start of its worker on. */
export function retireCpuEngine(draft: Draft): void {
  if (draft.cpu.kind !== 'none') draft.cpuOutdated = draft.cpu.generation;
}

/** Keeps the CPU engine ready where that is wanted, and ends it when it is not. */
export function settleCpuWorker(turn: Turn): void {
  const { draft } = turn;
  if (draft.suspended) return;
  if (draft.cpu.kind === 'none') {
    keepReady(turn);
    return;
  }
  if (isOutdated(draft) && isIdle(draft) && hasRoom(draft, 1)) {
    endWorker(
      turn,
      'cpu',
      true,
      'its engine makes way for the configured one, whose model has come',
    );
    return;
  }
  const idleS = draft.atS - draft.cpuUsedS;
  if (draft.settings.keepCpuWarm || draft.cpu.kind !== 'ready') return;
  if (isCardInService(draft) && isIdle(draft) && idleS >= CPU_IDLE_S) {
    endWorker(turn, 'cpu', true, 'the card does the work');
  }
}

function isOutdated({ cpu, cpuOutdated }: PolicyState): boolean {
  return cpu.kind === 'ready' && cpu.generation === cpuOutdated;
}

function keepReady(turn: Turn): void {
  const { draft } = turn;
  if (isNeededAlone(draft)) needCpuWorker(turn, 'the card is not used');
  else if (draft.settings.keepCpuWarm && hasRoom(draft, WARM_ROOM)) {
    needCpuWorker(turn, 'kept warm beside the card');
  }
}

/** No model on the card, now or soon: the CPU engine is all there is. */
function isNeededAlone(state: PolicyState): boolean {
  return !isCardWanted(state) || state.stt.drivenOut;
}

function hasRoom(state: PolicyState, engines: number): boolean {
  return state.hostFreeMb === null || state.hostFreeMb >= engines * state.settings.cpuEngineMb;
}
