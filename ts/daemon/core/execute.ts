import type { Action } from '../../domain/actions.js';
import type { CoreParts } from './core-parts.js';

/** What each decision of the policy does: one verb of one part, or nothing but being told. */
export function execute(action: Action, parts: CoreParts, nowS: number): void {
  const { placement, transcribing, remote, probe, dictation } = parts;
  switch (action.kind) {
    case 'sample':
      placement.measure();
      return;
    case 'empty_cache':
      placement.emptyCache(action.generation);
      return;
    case 'move_vad':
      placement.moveVad(action);
      return;
    case 'move_stt':
      placement.moveStt(action);
      return;
    case 'spawn_worker':
      placement.spawn(action);
      return;
    case 'kill_worker':
      placement.kill(action);
      return;
    case 'transcribe':
      transcribing.begin(action);
      return;
    case 'transcribe_remote':
      remote.transcribe(action);
      return;
    case 'probe_remote':
      remote.probe(action);
      return;
    case 'probe':
      probe.start(Math.max(1, (action.deadlineS - nowS) * 1e3), action.small === true);
      return;
    case 'give_up':
      dictation.giveUp(action.utterance);
      return;
    case 'hear_again':
      dictation.hearAgain(action.utterance);
      return;
    case 'speech_without_text':
      dictation.lacksText(action.utterance);
      return;
    case 'warn':
    case 'shorten_window':
    case 'defer':
    case 'breaker':
    case 'remote_breaker':
    case 'degrade':
    case 'restore':
      return;
    default:
      unreachable(action);
  }
}

function unreachable(action: never): never {
  throw new Error(`unknown action ${JSON.stringify(action)}`);
}
