import type { Action } from '../../domain/actions.js';
import type { PolicyFact } from '../../domain/events.js';
import type { WorkerMemory } from '../../protocol/worker/worker-memory.js';
import type { Reply } from '../../worker/requests.js';
import type { JournalPort } from '../ports.js';
import {
  type OpenUtterance,
  type OpenUtterances,
  type Transcript,
  toTranscript,
} from '../utterances/open-utterances.js';
import type { PoolPort } from './placement-effects.js';

type TranscribeAction = Extract<Action, { kind: 'transcribe' }>;

export interface TranscribingPorts {
  readonly journal: Pick<JournalPort, 'read'>;
  readonly pool: PoolPort;
  readonly utterances: OpenUtterances;
  learn(fact: PolicyFact): void;
  learnMemory(memory: WorkerMemory): void;
  transcribed(utterance: number, transcript: Transcript): void;
  whenDone<T>(work: Promise<T>, then: (value: T) => void): void;
}

/** Sends audio to the worker that the policy chose, and brings back the text or the fault. */
export class Transcribing {
  private readonly busy = new Set<number>();

  constructor(private readonly ports: TranscribingPorts) {}

  /** Whether this worker has a transcription in hand. */
  isBusy(generation: number): boolean {
    return this.busy.has(generation);
  }

  begin(action: TranscribeAction): void {
    const { worker, generation, utterance, windowS } = action;
    const open = this.ports.utterances.get(utterance);
    if (open === undefined) {
      // Nobody wants it any more; the policy must not wait for it.
      this.ports.learn({
        kind: 'transcribed',
        worker,
        generation,
        utterance,
        engineS: 0,
        needMb: null,
      });
      return;
    }
    const body = { type: 'transcribe', format: 's16le', window_s: windowS } as const;
    this.busy.add(generation);
    const asked = this.read(open).then((pcm) =>
      this.ports.pool.request(generation, 'data', body, pcm),
    );
    this.ports.whenDone(asked, (reply) => {
      this.busy.delete(generation);
      this.conclude(action, reply);
    });
  }

  private read({ audio }: OpenUtterance): Promise<Buffer> {
    if ('pcm' in audio) return Promise.resolve(audio.pcm);
    return this.ports.journal.read(audio.recording, audio.fromSample, audio.toSample);
  }

  private conclude({ worker, generation, utterance }: TranscribeAction, reply: Reply): void {
    if (reply.kind === 'answer' && reply.answer.type === 'text') {
      const { answer } = reply;
      this.ports.transcribed(utterance, toTranscript(answer));
      const engineS = answer.stt_ms / 1e3;
      const needMb = answer.need_mb;
      this.ports.learn({ kind: 'transcribed', worker, generation, utterance, engineS, needMb });
      if (answer.memory) this.ports.learnMemory(answer.memory);
    } else if (reply.kind === 'failed' && reply.fault !== null) {
      const { fault } = reply;
      this.ports.learn({ kind: 'transcribe_failed', worker, generation, utterance, fault });
    } else {
      // No usable answer: the process can't be trusted. Its end is what the policy hears.
      this.ports.pool.kill(generation, 'KILL');
    }
  }
}
