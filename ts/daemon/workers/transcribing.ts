import type { Action } from '../../domain/actions.js';
import type { PolicyFact } from '../../domain/events.js';
import type { TextWishes } from '../../protocol/worker/worker.js';
import type { WorkerMemory } from '../../protocol/worker/worker-memory.js';
import type { Reply } from '../../worker/requests.js';
import { raiseForRecogniser } from '../hearing/raise.js';
import type { JournalPort } from '../ports.js';
import { believed, coveredBy } from '../utterances/believed.js';
import { heardSpeechOf } from '../utterances/heard-speech.js';
import {
  type OpenUtterance,
  type OpenUtterances,
  type Transcript,
  toTranscript,
} from '../utterances/open-utterances.js';
import { hearInContext, isBlindTo } from './in-context.js';
import { hearAtRests } from './parts-at-rests.js';
import type { PoolPort } from './placement-effects.js';

type TranscribeAction = Extract<Action, { kind: 'transcribe' }>;

export interface TranscribingPorts {
  readonly journal: Pick<JournalPort, 'read'>;
  readonly pool: PoolPort;
  readonly utterances: OpenUtterances;
  /** What is wanted of each text. */
  wishes(): TextWishes;
  learn(fact: PolicyFact): void;
  learnMemory(memory: WorkerMemory): void;
  transcribed(utterance: number, transcript: Transcript): void;
  whenDone<T>(work: Promise<T>, then: (value: T) => void): void;
}

/** Sends audio to the worker that the policy chose, and brings back the text or the fault. */
export class Transcribing {
  private readonly busy = new Set<number>();
  /** The worker whose engine does not say how far its words reach. */
  private blind: number | null = null;

  constructor(private readonly ports: TranscribingPorts) {}

  /** Whether this worker has a transcription in hand. */
  isBusy(generation: number): boolean {
    return this.busy.has(generation);
  }

  begin(action: TranscribeAction): void {
    const { worker, generation, utterance } = action;
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
    this.busy.add(generation);
    this.ports.whenDone(this.ask(action, open), (reply) => {
      this.busy.delete(generation);
      this.conclude(action, reply);
    });
  }

  private async ask(action: TranscribeAction, open: OpenUtterance): Promise<Reply> {
    const base = { type: 'transcribe', format: 's16le', window_s: action.windowS } as const;
    const body = {
      ...base,
      ...this.ports.wishes(),
      ...(open.timed ? { timed: true as const } : {}),
    };
    const ask = (part: Buffer) => this.ports.pool.request(action.generation, 'data', body, part);
    const { voiced, context } = open;
    const own = () => this.read(open);
    if (action.atRests && voiced) return await hearAtRests({ pcm: await own(), voiced }, ask);
    const whole = () => this.read(open, context?.fromSample);
    const blind = this.blind === action.generation;
    return await hearInContext(open, { whole, own, ask, blind });
  }

  private read({ audio }: OpenUtterance, sinceSample?: number): Promise<Buffer> {
    if ('pcm' in audio) return Promise.resolve(audio.pcm);
    const { recording, fromSample, toSample } = audio;
    const read = this.ports.journal.read(recording, sinceSample ?? fromSample, toSample);
    return read.then(raiseForRecogniser);
  }

  private conclude({ worker, generation, utterance }: TranscribeAction, reply: Reply): void {
    if (reply.kind === 'answer' && reply.answer.type === 'text') {
      const { answer } = reply;
      if (isBlindTo(answer)) this.blind = generation;
      const open = this.ports.utterances.get(utterance);
      const transcript = fullest(open, toTranscript(answer));
      if (open !== undefined) open.doubted = transcript;
      const engineS = answer.stt_ms / 1e3;
      const needMb = answer.need_mb;
      const heard = open && heardSpeechOf(open, transcript);
      const by = { worker, generation, utterance };
      this.ports.learn({
        kind: 'transcribed',
        ...by,
        engineS,
        needMb,
        ...(heard === undefined ? {} : { heard }),
      });
      if (open?.heardAgain) open.heardAgain = false;
      else this.ports.transcribed(utterance, transcript);
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

/** Of a text that was doubted and the text of its parts the one that is to be believed. */
function fullest(open: OpenUtterance | undefined, transcript: Transcript): Transcript {
  const doubted = open?.doubted ?? null;
  if (open === undefined || doubted === null) return transcript;
  const chosen = believed(doubted, transcript, open.seconds);
  const sttMs = doubted.sttMs + transcript.sttMs;
  const isWhole = chosen === doubted;
  const coveredUntilS = coveredBy(isWhole, doubted.coveredUntilS, transcript.coveredUntilS);
  return { ...chosen, sttMs, coveredUntilS };
}
