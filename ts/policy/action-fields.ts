import type { Action } from '../domain/actions.js';
import type { Device, WorkerRole } from '../domain/device.js';

export type ActionFields = Readonly<Record<string, string | number | boolean | null>>;

const NO_DETAILS: ActionFields = {};

/** What an action says beside its name, in the names of the command interface and of `simulate`. Seconds: 1/1000. */
export function describeAction(action: Action): ActionFields {
  switch (action.kind) {
    case 'sample':
    case 'warn':
    case 'empty_cache':
    case 'restore':
      return NO_DETAILS;
    case 'shorten_window':
      return { window_s: action.seconds };
    case 'move_vad':
    case 'move_stt':
      return { device: action.device };
    case 'spawn_worker':
      return { worker: action.worker, device: deviceOf(action.worker), vad: action.vad };
    case 'kill_worker':
      return { worker: action.worker, device: deviceOf(action.worker) };
    case 'transcribe':
      return { utterance: action.utterance, device: action.device, window_s: action.windowS };
    case 'defer':
      return { utterance: action.utterance, next_attempt_s: roundOrNull(action.nextAttemptS) };
    case 'give_up':
      return { utterance: action.utterance, next_attempt_s: null };
    case 'probe':
      return NO_DETAILS;
    case 'breaker':
      return {
        state: action.state.kind,
        cause: 'cause' in action.state ? action.state.cause : null,
      };
    case 'degrade':
      return { next_attempt_s: roundOrNull(action.nextAttemptS) };
    default:
      return action satisfies never;
  }
}

function deviceOf(worker: WorkerRole): Device {
  return worker === 'gpu' ? 'cuda' : 'cpu';
}

function roundOrNull(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1000) / 1000;
}
