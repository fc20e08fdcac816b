import type { Action } from '../../domain/actions.js';
import type { PolicyFact, RemoteTrouble } from '../../domain/events.js';
import type { RemoteFailure, RemoteReply } from '../../protocol/remote.js';
import type { Reply } from '../../worker/requests.js';
import type { JournalPort } from '../ports.js';
import { withoutContext } from '../utterances/context.js';
import { heardSpeechOf } from '../utterances/heard-speech.js';
import type { OpenUtterance, OpenUtterances, Transcript } from '../utterances/open-utterances.js';

/** The engine on another machine, as the core needs it. */
export interface RemotePort {
  /** As events, `status` and the journal show it. */
  readonly name: string;
  readonly host: string;
  /** `language`: of the sound, where it is not the configured one. */
  transcribe(pcm: Buffer, timeoutMs: number, language?: string): Promise<RemoteReply>;
}

/** Sound whose words are known. */
export interface KnownClip {
  readonly pcm: Buffer;
  readonly words: string;
}

export interface RemoteRungPorts {
  /** Null: there is none, and the policy never asks for it. */
  readonly engine: RemotePort | null;
  readonly journal: Pick<JournalPort, 'read'>;
  readonly utterances: OpenUtterances;
  readonly clip: () => KnownClip;
  nowS(): number;
  /** The signs and capitals of a text are kept. */
  isWritten(): boolean;
  /** What was said, of a text with punctuation and signs. */
  spokenForm(text: string, language?: string): Promise<Reply>;
  /** Whether the policy still waits for this attempt. */
  isAwaited(attempt: number): boolean;
  learn(fact: PolicyFact): void;
  transcribed(utterance: number, transcript: Transcript): void;
  whenDone<T>(work: Promise<T>, then: (value: T) => void): void;
  warn(code: string, message: string): void;
}

type Heard =
  | { readonly kind: 'text'; readonly text: string; readonly written: string | undefined }
  | RemoteFailure;

/** At least three of four known words, as the probe of a card asks for. */
const KNOWN_SHARE = 3 / 4;
const CLIP_LANGUAGE = 'en';

/** Sends sound to the engine on another machine. Its texts are brought to the form that the spoken commands need. */
export class RemoteRung {
  private warned: string | null = null;

  constructor(private readonly ports: RemoteRungPorts) {}

  transcribe(action: Extract<Action, { kind: 'transcribe_remote' }>): void {
    const { utterance, attempt } = action;
    const open = this.ports.utterances.get(utterance);
    if (open === undefined) {
      // Nobody wants it any more; the policy must not wait for it.
      this.ports.learn({ kind: 'remote_answered', utterance, attempt, engineS: 0 });
      return;
    }
    const startedS = this.ports.nowS();
    const heard = this.hearOpen(open, action.deadlineS);
    this.ports.whenDone(heard, (reply) => {
      // Another rung has it by now: what comes late is dropped.
      if (!this.ports.isAwaited(attempt)) return;
      const engineS = this.ports.nowS() - startedS;
      if (reply.kind === 'text') this.take(utterance, attempt, reply, engineS);
      else {
        const failure = this.tell(reply);
        this.ports.learn({ kind: 'remote_failed', utterance, attempt, failure });
      }
    });
  }

  /** The known clip must give its known words; the user's speech is never the probe. */
  probe({ attempt, deadlineS }: Extract<Action, { kind: 'probe_remote' }>): void {
    const { pcm, words } = this.ports.clip();
    this.ports.whenDone(this.hear(pcm, deadlineS, CLIP_LANGUAGE), (reply) => {
      const failure = reply.kind === 'text' ? judge(reply.text, words) : troubleOf(reply);
      this.ports.learn({ kind: 'remote_probed', attempt, failure });
    });
  }

  private take(
    utterance: number,
    attempt: number,
    { text, written }: Extract<Heard, { kind: 'text' }>,
    engineS: number,
  ): void {
    const engine = this.ports.engine?.name ?? '';
    const about = { device: 'remote', engine, sttMs: engineS * 1e3, sentenceEnd: null };
    const open = this.ports.utterances.get(utterance);
    const signs = written !== undefined && this.ports.isWritten() ? { written } : {};
    const transcript: Transcript = { text, ...signs, ...about, segments: [] };
    const heard = open && heardSpeechOf(open, transcript);
    if (open !== undefined) open.doubted = transcript;
    this.warned = null;
    const answered = { kind: 'remote_answered', utterance, attempt, engineS } as const;
    this.ports.learn({ ...answered, ...(heard === undefined ? {} : { heard }) });
    // What does not fit its speech is heard again by an engine here before it is typed.
    if (open?.heardAgain) open.heardAgain = false;
    else this.ports.transcribed(utterance, transcript);
  }

  /** With what was said just before it; alone where that can't be told from it in the text. */
  private async hearOpen(open: OpenUtterance, deadlineS: number): Promise<Heard> {
    const { context } = open;
    if (context !== null) {
      const whole = await this.hear(await this.read(open, context.fromSample), deadlineS);
      const words = whole.kind === 'text' ? withoutContext(context, whole) : null;
      if (whole.kind !== 'text') return whole;
      if (words !== null) return { kind: 'text', text: words.text, written: words.written };
    }
    return await this.hear(await this.read(open), deadlineS);
  }

  private read({ audio }: OpenUtterance, sinceSample?: number): Promise<Buffer> {
    if ('pcm' in audio) return Promise.resolve(audio.pcm);
    const { recording, fromSample, toSample } = audio;
    return this.ports.journal.read(recording, sinceSample ?? fromSample, toSample);
  }

  private async hear(pcm: Buffer, deadlineS: number, language?: string): Promise<Heard> {
    const { engine } = this.ports;
    if (engine === null) return { kind: 'misconfigured', reason: 'there is none' };
    const timeoutMs = (deadlineS - this.ports.nowS()) * 1e3;
    const reply = await engine.transcribe(pcm, timeoutMs, language);
    if (reply.kind !== 'text') return reply;
    const spoken = await this.ports.spokenForm(reply.text, language);
    const isThere = spoken.kind === 'answer' && spoken.answer.type === 'done';
    const { text, written } =
      isThere && spoken.answer.type === 'done' ? spoken.answer : { text: undefined };
    if (text !== undefined) return { kind: 'text', text, written };
    const reason = 'its text could not be brought to its spoken form';
    return { kind: 'unavailable', reason, retryAfterS: null };
  }

  /** Said once for each reason, until a text comes again. */
  private tell(failure: RemoteFailure): RemoteTrouble {
    const host = this.ports.engine?.host ?? '';
    if (this.warned !== failure.reason) {
      this.warned = failure.reason;
      const next = failure.kind === 'misconfigured' ? '' : '; it is tried again by itself';
      this.ports.warn('remote', `the engine on ${host}: ${failure.reason}${next}`);
    }
    return troubleOf(failure);
  }
}

function troubleOf(failure: RemoteFailure): RemoteTrouble {
  const { reason } = failure;
  if (failure.kind === 'misconfigured') return { reason, lasting: true, retryAfterS: null };
  return { reason, lasting: false, retryAfterS: failure.retryAfterS };
}

function judge(text: string, words: string): RemoteTrouble | null {
  const heard = new Set(text.toLowerCase().split(/[^a-z']+/));
  const known = words.split(' ');
  const found = known.filter((word) => heard.has(word)).length;
  if (found >= known.length * KNOWN_SHARE) return null;
  return { reason: 'it did not give the known words', lasting: false, retryAfterS: null };
}
