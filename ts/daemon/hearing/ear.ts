import type { FaultClass } from '../../domain/fault.js';
import { FRAME_SAMPLES } from '../../domain/units.js';
import { faultOf, type Reply } from '../../worker/requests.js';

/** The processes that can score frames, as the ear needs them. */
export interface EarEffects {
  forkEar(generation: number): void;
  loadEar(generation: number): Promise<Reply>;
  score(generation: number, state: Buffer | null, pcm: Buffer): Promise<Reply>;
  kill(generation: number): void;
  whenDone<T>(work: Promise<T>, then: (value: T) => void): void;
  /** Calls back on the loop after `delayMs`; the returned function takes it back. */
  after(delayMs: number, then: () => void): () => void;
  trouble(message: string): void;
  /** Whether this worker has a transcription in hand: its frames would wait for the end of it. */
  isBusy(gpuGeneration: number): boolean;
  /** The model failed on the card. */
  failedOnCard(gpuGeneration: number, fault: FaultClass): void;
}

type Home =
  | { readonly kind: 'none' }
  | { readonly kind: 'starting'; readonly generation: number }
  | { readonly kind: 'ready'; readonly generation: number }
  /** It was told to end, because it can't be trusted; nothing is asked of it any more. */
  | { readonly kind: 'ending'; readonly generation: number };

export interface Scores {
  readonly probabilities: readonly number[];
  readonly state: Buffer;
}

/** Scoring takes about 1 ms a frame on one old core; a process that takes this long is stuck. */
const SCORE_FLOOR_MS = 3_000;
const SCORE_FRAME_MS = 20;
const LOAD_LIMIT_MS = 30_000;

/**
 * Voice activity, wherever its model lives. One request is under way at a time; a request whose process died or
 * moved is asked again elsewhere with the same state, so each frame is scored exactly once.
 */
export class Ear {
  private home: Home = { kind: 'none' };
  private gpuGeneration: number | null = null;
  private failures = 0;
  private request = 0;

  constructor(
    private readonly effects: EarEffects,
    private readonly nextGeneration: () => number,
    /** Called when a process became able to score. */
    private readonly onReady: () => void,
  ) {}

  /** Starts the process on the CPU; it stays up also while the model is on the GPU. */
  start(): void {
    if (this.home.kind !== 'none') return;
    const generation = this.nextGeneration();
    this.home = { kind: 'starting', generation };
    this.effects.forkEar(generation);
  }

  /** The process greets: load the model there. */
  hello(generation: number): void {
    if (this.home.kind !== 'starting' || this.home.generation !== generation) return;
    const cancel = this.effects.after(LOAD_LIMIT_MS, () => this.effects.kill(generation));
    this.effects.whenDone(this.effects.loadEar(generation), (reply) => {
      cancel();
      this.loaded(generation, reply);
    });
  }

  /** A process ended. Returns true when it was the ear's own. */
  ended(generation: number): boolean {
    if (this.gpuGeneration === generation) this.gpuGeneration = null;
    if (this.home.kind === 'none' || this.home.generation !== generation) return false;
    this.home = { kind: 'none' };
    this.failures += 1;
    const delayMs = this.failures === 1 ? 0 : Math.min(10_000, 100 * 2 ** this.failures);
    if (this.failures === 4) this.effects.trouble('voice activity detection keeps failing');
    this.effects.after(delayMs, () => this.start());
    return true;
  }

  /** The GPU worker that hosts the model from now on, or null for the process on the CPU. */
  moveTo(gpuGeneration: number | null): void {
    this.gpuGeneration = gpuGeneration;
  }

  get device(): 'cuda' | 'cpu' {
    return this.gpuGeneration === null ? 'cpu' : 'cuda';
  }

  get generation(): number | null {
    return this.home.kind === 'none' ? null : this.home.generation;
  }

  get isReady(): boolean {
    return this.gpuGeneration !== null || this.home.kind === 'ready';
  }

  /** Scores whole frames. `then` gets null where no answer came: ask again when `onReady` was called. */
  score(state: Buffer | null, pcm: Buffer, then: (scores: Scores | null) => void): void {
    const generation = this.chooseGeneration();
    if (generation === null) {
      then(null);
      return;
    }
    this.request += 1;
    const frames = pcm.length / 2 / FRAME_SAMPLES;
    const limitMs = SCORE_FLOOR_MS + frames * SCORE_FRAME_MS;
    let cancel = () => {};
    const late = new Promise<Reply>((resolve) => {
      cancel = this.effects.after(limitMs, () => resolve({ kind: 'lost', fault: 'hang' }));
    });
    const answer = this.effects.score(generation, state, pcm);
    this.effects.whenDone(Promise.race([answer, late]), (reply) => {
      cancel();
      const scores = readScores(reply, frames);
      if (scores === null) this.scoreFailed(generation, reply);
      else if (generation === this.generation) this.failures = 0;
      then(scores);
    });
  }

  /** The card's worker while it is free, else the process on the CPU, which can go on with the same state. */
  private chooseGeneration(): number | null {
    const home = this.home.kind === 'ready' ? this.home.generation : null;
    const card = this.gpuGeneration;
    if (card === null) return home;
    return home !== null && this.effects.isBusy(card) ? home : card;
  }

  private loaded(generation: number, reply: Reply): void {
    if (this.home.kind !== 'starting' || this.home.generation !== generation) return;
    if (reply.kind !== 'answer') {
      if (reply.kind === 'failed') this.effects.trouble(`voice activity: ${reply.message}`);
      this.effects.kill(generation);
      return;
    }
    this.home = { kind: 'ready', generation };
    this.onReady();
  }

  /** A process that answers wrongly once can't be trusted with the next frame either. */
  private scoreFailed(generation: number, reply: Reply): void {
    if (this.gpuGeneration === generation) {
      this.gpuGeneration = null;
      this.effects.failedOnCard(generation, faultOf(reply) ?? 'dead');
      return;
    }
    if (this.home.kind !== 'ready' || this.home.generation !== generation) return;
    this.home = { kind: 'ending', generation };
    this.effects.kill(generation);
  }
}

function readScores(reply: Reply, frames: number): Scores | null {
  if (reply.kind !== 'answer' || reply.answer.type !== 'scores') return null;
  const { probabilities, state } = reply.answer;
  return probabilities.length === frames ? { probabilities, state } : null;
}
