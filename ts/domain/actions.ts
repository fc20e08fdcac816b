import type { BreakerState, RemoteBreaker } from './breaker.js';
import type { Device, WorkerRole } from './device.js';
import type { FaultClass } from './fault.js';
import type { PressureLevel } from './memory.js';

/** Every effect that the policy can ask for. The daemon and the simulator each have one method per kind. */
export type Action =
  /** Measure the card now (answer: `sample` or `sample_failed`). Not a decision, so it is not reported. */
  | { readonly kind: 'sample' }
  | { readonly kind: 'warn'; readonly level: PressureLevel }
  /** collect, empty cache, synchronize; answer `cache_emptied`, then a `sample`. */
  | { readonly kind: 'empty_cache'; readonly generation: number }
  | { readonly kind: 'shorten_window'; readonly seconds: number }
  | {
      readonly kind: 'move_vad';
      readonly device: Device;
      readonly generation: number;
      readonly deadlineS: number;
    }
  /** To `cpu`: drop the GPU tensors, the worker process stays. To `cuda`: place the model in the worker. */
  | {
      readonly kind: 'move_stt';
      readonly device: Device;
      readonly generation: number;
      readonly deadlineS: number;
    }
  /** Fork a worker and load its model (gpu: onto the card); answer `worker_ready` or `worker_ended`. */
  | {
      readonly kind: 'spawn_worker';
      readonly worker: WorkerRole;
      readonly generation: number;
      readonly deadlineS: number;
      /** Voice activity detection lives there too from `worker_ready` on; like the speech model's coming, that is no move. */
      readonly vad: boolean;
      /** With the smaller of two speech models. */
      readonly small?: true;
    }
  | {
      readonly kind: 'kill_worker';
      readonly worker: WorkerRole;
      readonly generation: number;
      /** Planned ends get TERM first, a poisoned or hung process gets KILL at once. */
      readonly gentle: boolean;
    }
  /** Deadlines are absolute times on the policy's clock; the daemon only arms a tick for them. */
  | {
      readonly kind: 'transcribe';
      readonly utterance: number;
      readonly device: Device;
      readonly worker: WorkerRole;
      readonly generation: number;
      readonly windowS: number;
      readonly deadlineS: number;
      /** Once more, each part between its inner rests on its own; what came before stays where it is fuller. */
      readonly atRests?: true;
    }
  /** Speech and words do not fit: the text is not taken yet, the same audio is transcribed again at its rests. */
  | { readonly kind: 'hear_again'; readonly utterance: number }
  /** Speech without words is left in it: it is typed as far as it is known, and its audio is kept for a while. */
  | { readonly kind: 'speech_without_text'; readonly utterance: number }
  /** To the engine on another machine; answer `remote_answered` or `remote_failed`. Late ones are dropped by `attempt`. */
  | {
      readonly kind: 'transcribe_remote';
      readonly utterance: number;
      readonly attempt: number;
      readonly deadlineS: number;
    }
  /** The known clip to the engine on another machine, never the user's speech; answer `remote_probed`. */
  | { readonly kind: 'probe_remote'; readonly attempt: number; readonly deadlineS: number }
  | { readonly kind: 'remote_breaker'; readonly state: RemoteBreaker }
  /** No engine could read it, again and again: it becomes pending with its audio, the ones behind it go on. */
  | { readonly kind: 'give_up'; readonly utterance: number }
  /** Not now: the audio stays recorded and waits; `nextAttemptS` is shown to the user. */
  | { readonly kind: 'defer'; readonly utterance: number; readonly nextAttemptS: number | null }
  /** A synthetic request in a throw-away process, never the user's speech; answer `probe_done`. */
  | { readonly kind: 'probe'; readonly deadlineS: number; readonly small?: true }
  | { readonly kind: 'breaker'; readonly state: BreakerState }
  | { readonly kind: 'degrade'; readonly nextAttemptS: number | null }
  | { readonly kind: 'restore' };

/** An action together with why it was chosen and the figures that were known then. */
export interface Decision {
  readonly atS: number;
  readonly action: Action;
  readonly reason: string;
  readonly figures: DecisionFigures;
}

export interface DecisionFigures {
  readonly level: PressureLevel;
  readonly usedMb: number | null;
  readonly othersMb: number | null;
  readonly ownMb: number | null;
  readonly needMb: number | null;
  readonly hostFreeMb: number | null;
  readonly breaker: BreakerState['kind'];
  readonly fault: FaultClass | null;
}
