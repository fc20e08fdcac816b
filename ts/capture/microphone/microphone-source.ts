import { setTimeout as sleep } from 'node:timers/promises';
import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ } from '../../domain/units.js';
import type { Recorder } from '../../system/desktop/recorders.js';
import { Framer } from '../framer.js';
import type { Source, SourceOptions } from '../source.js';
import { type Listening, listen } from './listen.js';

/** Wait before the next attempt: 0.1 s, then doubled, at most 5 s. */
const FIRST_WAIT_S = 0.1;
const LONGEST_WAIT_S = 5;
/** Sound for this long means that the program works: the next wait is short again. */
const WORKING_SAMPLES = SAMPLE_RATE_HZ;

/** The desktop's microphone by one of its recording programs, which runs only between start and stop. */
export class MicrophoneSource implements Source {
  readonly #recorders: readonly [Recorder, ...Recorder[]];
  readonly #options: SourceOptions;
  readonly #framer = new Framer();
  #choice = 0;
  #session: { readonly abort: AbortController; readonly ended: Promise<void> } | null = null;

  constructor(recorders: readonly [Recorder, ...Recorder[]], options: SourceOptions) {
    this.#recorders = recorders;
    this.#options = options;
  }

  async start(): Promise<void> {
    if (this.#session !== null) return;
    const abort = new AbortController();
    this.#session = { abort, ended: this.#run(abort.signal) };
  }

  async stop(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    session.abort.abort();
    await session.ended;
    this.#session = null;
  }

  async close(): Promise<void> {
    await this.stop();
  }

  async #run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const recorder = this.#recorders[this.#choice] ?? this.#recorders[0];
      this.#options.onState({ kind: 'starting', program: recorder.name });
      const heard = await this.#listenTo(recorder, signal);
      if (heard.reason === 'stopped') break;
      if (heard.samples >= WORKING_SAMPLES) failures = 0;
      const waitS = this.#waitBeforeRetry(heard, failures);
      failures += 1;
      const { name: program } = recorder;
      this.#options.onState({ kind: 'lost', program, reason: heard.reason, retryInS: waitS });
      await sleep(waitS * 1000, undefined, { signal }).catch(() => {});
    }
    await this.#emit(this.#framer.flush());
    this.#options.onState({ kind: 'idle' });
  }

  async #listenTo(recorder: Recorder, signal: AbortSignal): Promise<Listening> {
    const heard = await listen(recorder, this.#options.env, signal, (bytes, isFirst) => {
      if (isFirst) this.#options.onState({ kind: 'listening', program: recorder.name });
      void this.#emit(this.#framer.push(bytes));
    });
    this.#framer.dropHalfSample();
    return heard;
  }

  /** A program that gave nothing makes room for the next one; the first round goes without a wait. */
  #waitBeforeRetry(heard: Listening, failures: number): number {
    const { length } = this.#recorders;
    if (heard.samples === 0) this.#choice = (this.#choice + 1) % length;
    const untried = heard.samples === 0 && failures < length - 1;
    const round = Math.max(0, heard.samples === 0 ? failures - length + 1 : failures);
    return untried ? 0 : Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** round);
  }

  async #emit(pcm: Buffer): Promise<void> {
    if (pcm.length >= BYTES_PER_SAMPLE) await this.#options.onChunk(pcm);
  }
}
