import type { PolicyEvent } from '../../domain/events.js';
import { concludeMove } from '../placement/moves.js';
import { wakeCard } from '../placement/rest.js';
import type { Turn } from '../state/turn.js';
import { addUtterance, confirmUtterance, withdrawUtterance } from '../transcribing/utterances.js';
import { concludeProbe, doubtIsolation, rearmProbe } from '../workers/breaker.js';
import { observeModel, retireCpuEngine } from '../workers/cpu-engine.js';
import { prepareSleep, wakeUp } from '../workers/suspend.js';
import { addSmallModel, beginWork, useCard } from './start.js';
import { observeRemote } from './take-remote.js';
import { noteSleepingCard, observeSample, observeSampleFailure } from './take-sample.js';
import { observeScoreFailure } from './take-score.js';
import { observeEmptied, observeFailure, observePhase, observeText } from './take-text.js';
import { observeEnd, observeReady } from './take-worker.js';

const MODEL_CAME = 'another model has come: the card is tried once more';

/** Brings one fact into the state. What follows from it is settled afterwards, the same way for all. */
export function takeFact(turn: Turn, event: PolicyEvent): void {
  const { draft } = turn;
  switch (event.kind) {
    case 'start':
      beginWork(turn, event);
      return;
    case 'card_found':
      useCard(turn, event);
      return;
    case 'model_arrived':
      observeModel(draft, event.cpuEngine, event.sttMb ?? null);
      doubtIsolation(turn, MODEL_CAME);
      return;
    case 'small_model_arrived':
      if (addSmallModel(draft, event.small)) doubtIsolation(turn, MODEL_CAME);
      if (event.cpuEngine) retireCpuEngine(draft);
      return;
    case 'sample':
      observeSample(turn, event.card);
      return;
    case 'sample_failed':
      observeSampleFailure(turn, event.fault);
      return;
    case 'card_asleep':
      noteSleepingCard(turn);
      return;
    case 'host_memory':
      draft.hostFreeMb = event.freeMb;
      return;
    case 'microphone_opened':
      wakeCard(draft);
      return;
    case 'power':
      draft.onBattery = event.onBattery;
      return;
    case 'speaking':
      draft.speaking = event.active;
      return;
    case 'utterance':
      addUtterance(draft, event);
      return;
    case 'confirmed':
      confirmUtterance(draft, event.utterance);
      return;
    case 'withdrawn':
      withdrawUtterance(draft, event.utterance);
      return;
    case 'worker_ready':
      observeReady(turn, event.worker, event.generation);
      return;
    case 'worker_ended':
      observeEnd(turn, event.worker, event.generation, event.fault);
      return;
    case 'phase':
      observePhase(turn, event.worker, event.generation);
      return;
    case 'transcribed':
      observeText(turn, event);
      return;
    case 'transcribe_failed':
      observeFailure(turn, event);
      return;
    case 'remote_answered':
    case 'remote_failed':
    case 'remote_probed':
      observeRemote(turn, event);
      return;
    case 'score_failed':
      observeScoreFailure(turn, event.generation, event.fault);
      return;
    case 'moved':
      concludeMove(turn, event.model, event.device, event.generation, event.fault);
      return;
    case 'cache_emptied':
      observeEmptied(turn, event.generation);
      return;
    case 'probe_phase':
      rearmProbe(draft);
      return;
    case 'probe_done':
      concludeProbe(turn, event.fault);
      return;
    case 'migrate':
      draft[event.model] = { ...draft[event.model], wish: event.device, dueSinceS: null };
      wakeCard(draft);
      return;
    case 'suspend':
      prepareSleep(turn);
      return;
    case 'resume':
      wakeUp(turn);
      return;
    case 'tick':
      return;
    default:
      event satisfies never;
      return;
  }
}
