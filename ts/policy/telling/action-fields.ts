import type { Action } from '../../domain/actions.js';
import type { Device, WorkerRole } from '../../domain/device.js';
import type { FaultClass } from '../../domain/fault.js';

/** What tells an action from others of its kind, in the names of the output formats; times as the policy has them. */
export interface ActionFields {
  readonly device?: Device | 'remote';
  readonly worker?: WorkerRole;
  readonly vad?: boolean;
  /** The smaller of two speech models comes with it. */
  readonly model?: 'small';
  readonly utterance?: number;
  readonly window_s?: number;
  readonly next_attempt_s?: number | null;
  readonly state?: string;
  /** The fault that opened the breaker. */
  readonly cause?: FaultClass | null;
}

const NONE: ActionFields = {};

/** What an action is called in the output formats: the same word for every rung, whose name stands in `device`. */
export function nameOf(action: Action): string {
  switch (action.kind) {
    case 'transcribe_remote':
      return 'transcribe';
    case 'probe_remote':
      return 'probe';
    case 'remote_breaker':
      return 'breaker';
    default:
      return action.kind;
  }
}

/** The fields that `simulate`, the command interface and the events add to a decision. */
export function fieldsOf(action: Action): ActionFields {
  switch (action.kind) {
    case 'sample':
    case 'warn':
    case 'empty_cache':
    case 'restore':
      return NONE;
    case 'shorten_window':
      return { window_s: action.seconds };
    case 'move_vad':
    case 'move_stt':
      return { device: action.device };
    case 'spawn_worker':
      return {
        worker: action.worker,
        device: deviceOf(action.worker),
        vad: action.vad,
        ...modelOf(action),
      };
    case 'kill_worker':
      return { worker: action.worker, device: deviceOf(action.worker) };
    case 'transcribe':
      return { utterance: action.utterance, device: action.device, window_s: action.windowS };
    case 'hear_again':
    case 'speech_without_text':
      return { utterance: action.utterance };
    case 'transcribe_remote':
      return { utterance: action.utterance, device: 'remote' };
    case 'probe_remote':
      return { device: 'remote' };
    case 'remote_breaker':
      return { device: 'remote', state: action.state.kind };
    case 'defer':
      return { utterance: action.utterance, next_attempt_s: action.nextAttemptS };
    case 'give_up':
      return { utterance: action.utterance, next_attempt_s: null };
    case 'probe':
      return modelOf(action);
    case 'breaker':
      return {
        state: action.state.kind,
        cause: 'cause' in action.state ? action.state.cause : null,
      };
    case 'degrade':
      return { next_attempt_s: action.nextAttemptS };
    default:
      return action satisfies never;
  }
}

function modelOf({ small }: { readonly small?: true }): ActionFields {
  return small ? { model: 'small' } : NONE;
}

function deviceOf(worker: WorkerRole): Device {
  return worker === 'gpu' ? 'cuda' : 'cpu';
}
