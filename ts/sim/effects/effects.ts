import type { Action } from '../../domain/actions.js';
import type { Machine } from '../machine/machine.js';
import { measureCard } from '../machine/measure.js';
import { transcribe } from './calls.js';
import { emptyCache, moveModel } from './moves.js';
import { probe } from './probe.js';
import { askRemote, probeRemote } from './remote.js';
import { killWorker, spawnWorker } from './workers.js';

/** Carries out what the policy asks for; `secondsOf` tells the length of an utterance. */
export function perform(
  machine: Machine,
  action: Action,
  secondsOf: (utterance: number) => number,
): void {
  switch (action.kind) {
    case 'sample':
      measureCard(machine);
      break;
    case 'empty_cache':
      emptyCache(machine, action.generation);
      break;
    case 'move_vad':
      moveModel(machine, 'vad', action.device, action.generation);
      break;
    case 'move_stt':
      moveModel(machine, 'stt', action.device, action.generation);
      break;
    case 'spawn_worker':
      spawnWorker(machine, action);
      break;
    case 'kill_worker':
      killWorker(machine, action.generation, action.gentle);
      break;
    case 'transcribe': {
      const { utterance, windowS } = action;
      transcribe(machine, action.generation, {
        utterance,
        seconds: secondsOf(utterance),
        windowS,
      });
      break;
    }
    case 'transcribe_remote':
      askRemote(machine, action, secondsOf(action.utterance));
      break;
    case 'probe_remote':
      probeRemote(machine, action.attempt);
      break;
    case 'probe':
      probe(machine, action.deadlineS, action.small === true);
      break;
    case 'warn':
    case 'shorten_window':
    case 'defer':
    case 'give_up':
    case 'hear_again':
    case 'speech_without_text':
    case 'breaker':
    case 'remote_breaker':
    case 'degrade':
    case 'restore':
      break;
    default:
      action satisfies never;
  }
}
