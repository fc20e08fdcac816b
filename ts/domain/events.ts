import type { BreakerMemory } from './breaker.js';
import type { Model, Wish, WorkerRole } from './device.js';
import type { FaultClass } from './fault.js';
import type { CardSample } from './memory.js';
import type { LevelThresholds } from './policy-settings.js';

/**
 * Every fact that the policy learns. Times are seconds on one monotonic clock and never run backwards.
 * Ids and lengths only: PCM and text never pass through here, so events can be logged and replayed.
 */
export type PolicyEvent = { readonly atS: number } & PolicyFact;

export type PolicyFact =
  /**
   * First event. `card` is null where there is no GPU to use. `demand` is the learned demand line, if kept.
   * `modelAbsent`: what the card would compute with is not on this machine yet (see `model_arrived`).
   */
  | {
      readonly kind: 'start';
      readonly card: { readonly totalMb: number; readonly guessed?: boolean } | null;
      /** What the speech model takes on the card, as far as is known before it was loaded. */
      readonly sttMb?: number | null;
      readonly hostFreeMb: number;
      readonly breaker: BreakerMemory | null;
      readonly demand: DemandLine | null;
      readonly modelAbsent?: boolean;
      readonly small?: SmallModel | null;
    }
  /**
   * The card answered after `start`, which was told of none: dictation does not wait for a slow driver. `thresholds` of
   * the configuration, null: those of its size. The rest as in `start`.
   */
  | {
      readonly kind: 'card_found';
      readonly card: { readonly totalMb: number; readonly thresholds: LevelThresholds | null };
      readonly breaker: BreakerMemory | null;
      readonly demand: DemandLine | null;
      readonly sttMb?: number | null;
      readonly modelAbsent: boolean;
      readonly small?: SmallModel | null;
    }
  /** The speech model is on this machine now. `cpuEngine`: the CPU engine is another one from now on. */
  | { readonly kind: 'model_arrived'; readonly cpuEngine: boolean; readonly sttMb?: number }
  /** The smaller speech model is on this machine now. */
  | {
      readonly kind: 'small_model_arrived';
      readonly small: SmallModel;
      readonly cpuEngine: boolean;
    }
  | { readonly kind: 'sample'; readonly card: CardSample }
  /** A measurement that was asked for did not come: the fault it ended in. */
  | { readonly kind: 'sample_failed'; readonly fault: FaultClass }
  /** The card sleeps, powered down by the kernel: whoever measured it would wake it. */
  | { readonly kind: 'card_asleep' }
  | { readonly kind: 'host_memory'; readonly freeMb: number }
  /** The microphone is open from now on: someone is about to dictate. */
  | { readonly kind: 'microphone_opened' }
  /** Whether the machine runs from its battery. */
  | { readonly kind: 'power'; readonly onBattery: boolean }
  /** Someone speaks, or stopped speaking (not the end of an utterance: the raw voice activity). */
  | { readonly kind: 'speaking'; readonly active: boolean }
  /** An utterance wants a transcription. `speculative`: its end is not confirmed yet. */
  | {
      readonly kind: 'utterance';
      readonly utterance: number;
      readonly seconds: number;
      readonly speculative: boolean;
    }
  /** A speculative utterance turned out to be whole: from now on it must be transcribed. */
  | { readonly kind: 'confirmed'; readonly utterance: number }
  /** A speculative utterance was none: forget it, its result is dropped by the daemon. */
  | { readonly kind: 'withdrawn'; readonly utterance: number }
  | { readonly kind: 'worker_ready'; readonly worker: WorkerRole; readonly generation: number }
  /** The process ended, disconnected, or fell silent (`hang`). Asked-for ends are reported as `dead` too. */
  | {
      readonly kind: 'worker_ended';
      readonly worker: WorkerRole;
      readonly generation: number;
      readonly fault: FaultClass;
    }
  /** The worker reported progress on its current job: its deadline is armed anew. */
  | { readonly kind: 'phase'; readonly worker: WorkerRole; readonly generation: number }
  | {
      readonly kind: 'transcribed';
      readonly worker: WorkerRole;
      readonly generation: number;
      readonly utterance: number;
      readonly engineS: number;
      /** Peak of activeMb during the request minus activeMb before it; null where nothing was measured. */
      readonly needMb: number | null;
      /** Speech beside the text that was made of it; absent where no ear listened. */
      readonly heard?: HeardSpeech;
    }
  | {
      readonly kind: 'transcribe_failed';
      readonly worker: WorkerRole;
      readonly generation: number;
      readonly utterance: number;
      readonly fault: FaultClass;
    }
  /** The engine on another machine has answered `attempt`. */
  | {
      readonly kind: 'remote_answered';
      readonly utterance: number;
      readonly attempt: number;
      readonly engineS: number;
      readonly heard?: HeardSpeech;
    }
  | {
      readonly kind: 'remote_failed';
      readonly utterance: number;
      readonly attempt: number;
      readonly failure: RemoteTrouble;
    }
  /** End of a `probe_remote`; null: it gave the known words. */
  | {
      readonly kind: 'remote_probed';
      readonly attempt: number;
      readonly failure: RemoteTrouble | null;
    }
  /** Voice activity failed on the card; its frames are scored on the CPU meanwhile. */
  | {
      readonly kind: 'score_failed';
      readonly generation: number;
      readonly fault: FaultClass;
    }
  /** End of a `move_vad` or `move_stt` action. `fault` null: the model is there now. */
  | {
      readonly kind: 'moved';
      readonly model: Model;
      readonly device: 'cuda' | 'cpu';
      readonly generation: number;
      readonly fault: FaultClass | null;
    }
  | { readonly kind: 'cache_emptied'; readonly generation: number }
  /** The probe has come further: its deadline is armed anew. */
  | { readonly kind: 'probe_phase' }
  | { readonly kind: 'probe_done'; readonly fault: FaultClass | null }
  | { readonly kind: 'migrate'; readonly model: Model; readonly device: Wish }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'tick' };

/** The speech model for a card on which the large one does not fit: its size there, and its demand line, if kept. */
export interface SmallModel {
  readonly sttMb: number;
  readonly demand: DemandLine | null;
}

/** How much was said, by the ear's scores, and how much of it became text. Figures only, never the text. */
export interface HeardSpeech {
  readonly speechS: number;
  /** Speech behind the second up to which the engine says that it wrote everything down; null where it can't tell. */
  readonly uncoveredS: number | null;
  readonly letters: number;
  /** The longest inner rest at which the audio can be cut; 0 where it has none. */
  readonly restS: number;
}

/** Why an engine on another machine gave no text. `lasting`: only a person can mend it. */
export interface RemoteTrouble {
  readonly reason: string;
  readonly lasting: boolean;
  /** How long it asked to be left alone. */
  readonly retryAfterS: number | null;
}

/** need(seconds) = baseMb + mbPerS x seconds, learned from measured peaks. */
export interface DemandLine {
  readonly baseMb: number;
  readonly mbPerS: number;
  readonly samples: number;
}
