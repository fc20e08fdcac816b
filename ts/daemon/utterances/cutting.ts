import type { PolicyFact } from '../../domain/events.js';
import { FRAME_SAMPLES, SAMPLE_RATE_HZ, samplesToSeconds } from '../../domain/units.js';
import type { Hypothesis } from '../../speech/endpointing.js';
import type { Mark } from '../../speech/marks.js';
import type { Stretch } from '../../speech/pcm.js';
import type { ApplyOptions } from '../../voice/apply.js';
import { mayBecomeMore } from '../../voice/beginnings.js';
import { inJournal, stretchOf, type Take, voicedIn } from '../hearing/take.js';
import type { JournalPort, WindowGuard } from '../ports.js';
import type { Look } from './agreement.js';
import { contextOf, contextSeconds, saidWith } from './context.js';
import {
  covers,
  type OpenUtterance,
  type OpenUtterances,
  type Purpose,
  type Transcript,
} from './open-utterances.js';
import type { Speculation } from './speculation.js';
import { endsInCommand } from './spoken.js';

export interface CuttingPorts {
  readonly journal: Pick<JournalPort, 'recorded' | 'release'>;
  readonly guard: WindowGuard;
  readonly utterances: OpenUtterances;
  readonly speculation: Speculation;
  nowS(): number;
  learn(fact: PolicyFact): void;
  commands(): ApplyOptions;
  /** Whether recognition may start before a pause is confirmed. */
  speculate(): boolean;
  /** Cuts off what lies before a frame of speech that goes on; null where there is nothing to cut. */
  cutLive(take: Take, frame: number): Closing | null;
  /** What the recogniser made of the take's candidate. */
  considerHypothesis(take: Take, hypothesis: Hypothesis): void;
  /** An utterance is sure to have ended; it is in the journal, its text may be there already. */
  closed(utterance: OpenUtterance): void;
  /** The last text that was typed in this session. */
  typedIn(session: number): string | null;
  /** No more follows in the sentence that this utterance left open. */
  sentenceEnded(utteranceId: number): void;
  /** A guess is not wanted any more. */
  withdrawn(): void;
}

/** Characters that tell a person where a text belongs. */
const KEPT_BEFORE = 80;

type Closing = Extract<Mark, { kind: 'utterance' }>;
type Candidate = Extract<Mark, { kind: 'candidate' }>;
type Recorded = { readonly recording: number } & Stretch;

/** Marks of the segmenter to open utterances: guesses at a pause, certain ones when it is confirmed. */
export class Cutting {
  constructor(private readonly ports: CuttingPorts) {}

  apply(take: Take, mark: Mark): void {
    switch (mark.kind) {
      case 'voice':
        this.ports.learn({ kind: 'speaking', active: mark.active });
        return;
      case 'candidate':
        if (!mark.again) take.spokenInto = this.ports.guard.spokenInto();
        this.supposeEnd(take, mark);
        return;
      case 'resumed':
        take.spokenInto = null;
        this.dropGuess(take);
        return;
      case 'utterance':
        this.closeUtterance(take, mark);
        return;
      case 'rested':
        this.endSentence(take);
        return;
      case 'released':
        this.ports.journal.release(take.recording, inJournal(take, mark.belowSample));
        return;
      default:
        unreachable(mark);
    }
  }

  /** A new utterance. */
  issue(
    audio: OpenUtterance['audio'],
    session: number,
    purpose: Purpose,
    speculative = false,
  ): OpenUtterance {
    const { utterances, nowS } = this.ports;
    return utterances.issue(audio, { session, speculative, purpose, nowS: nowS() });
  }

  /** Asks the policy for its text. */
  submit(utterance: OpenUtterance): void {
    const { id, speculative } = utterance;
    const seconds = utterance.seconds + contextSeconds(utterance);
    this.ports.learn({ kind: 'utterance', utterance: id, seconds, speculative });
  }

  /** The text of a guess has arrived: it may tell whether the sentence has ended. */
  considerTranscript(
    utterance: OpenUtterance,
    transcript: Transcript,
    takes: Iterable<Take>,
  ): void {
    const { text, sentenceEnd } = transcript;
    const commands = this.ports.commands();
    const closes = endsInCommand(text, commands);
    const hypothesis = { text, sentenceEnd, closes, unsettled: !this.isSettled(text) };
    for (const take of takes) {
      if (take.candidate === utterance.id) this.ports.considerHypothesis(take, hypothesis);
    }
  }

  private supposeEnd(take: Take, mark: Candidate): void {
    const { speculation } = this.ports;
    if (take.candidate !== null || take.hold !== null || take.ended) return;
    if (!this.ports.speculate() || !(mark.again ? speculation.isBearable : speculation.pays))
      return;
    const audio = stretchOf(take, mark);
    const utterance = this.issue(audio, take.session, { kind: 'dictation' }, true);
    utterance.voiced = voicedIn(take, audio);
    utterance.context = contextOf(take, audio);
    take.candidate = utterance.id;
    this.submit(utterance);
  }

  /** A speculative utterance is not wanted any more. */
  withdraw(utteranceId: number): void {
    this.ports.utterances.close(utteranceId);
    this.ports.learn({ kind: 'withdrawn', utterance: utteranceId });
    this.ports.withdrawn();
  }

  private dropGuess(take: Take): void {
    const { candidate } = take;
    if (candidate === null) return;
    take.candidate = null;
    const utterance = this.ports.utterances.get(candidate);
    if (utterance !== undefined) this.ports.speculation.dropped(utterance);
    this.withdraw(candidate);
  }

  /** Whether what comes next could not change how these words are typed. */
  isSettled(text: string): boolean {
    return !mayBecomeMore(text, this.ports.commands());
  }

  /** Words of speech that goes on are certain: an utterance of their own. Answers the sample behind them, or null. */
  cutOff(take: Take, { frame, transcript }: Look): number | null {
    const mark = this.ports.cutLive(take, frame);
    if (mark === null) return null;
    const audio = stretchOf(take, mark);
    const utterance = this.issue(audio, take.session, { kind: 'dictation' });
    utterance.voiced = voicedIn(take, audio);
    utterance.context = contextOf(take, audio);
    utterance.transcript = transcript;
    utterance.textS = this.ports.nowS();
    this.close(take, mark, utterance, audio);
    return mark.toSample;
  }

  private closeUtterance(take: Take, mark: Closing): void {
    const audio = stretchOf(take, mark);
    this.close(take, mark, this.confirm(take, audio) ?? this.issueClosed(take, audio), audio);
  }

  private close(take: Take, mark: Closing, utterance: OpenUtterance, audio: Recorded): void {
    const { speechEndSample, goesOn, open } = mark;
    const before = goesOn || take.goesOnFrom !== null ? this.typedBefore(take) : null;
    take.goesOnFrom = null;
    utterance.journalId = this.ports.journal.recorded(audio, before ?? undefined);
    utterance.spokenInto = take.spokenInto ?? this.ports.guard.spokenInto();
    take.spokenInto = null;
    utterance.closedS = this.ports.nowS();
    utterance.goesOn = goesOn;
    utterance.open = open;
    take.openUtterance = open ? utterance.id : null;
    const voiceEndSample = inJournal(take, speechEndSample);
    take.said = saidWith(take, utterance, voiceEndSample);
    utterance.voiceEndedS = heardAtS(take, speechEndSample);
    utterance.voiceEndAtS = samplesToSeconds(voiceEndSample);
    utterance.lastFrameS = heardAtS(take, take.segmenter.frame * FRAME_SAMPLES);
    this.ports.closed(utterance);
  }

  /** The end of what stands in the window before an utterance that goes on from it. */
  private typedBefore({ session, goesOnFrom }: Take): string | null {
    return (goesOnFrom ?? this.ports.typedIn(session))?.slice(-KEPT_BEFORE) ?? null;
  }

  private endSentence(take: Take): void {
    const { openUtterance } = take;
    take.openUtterance = null;
    if (openUtterance !== null) this.ports.sentenceEnded(openUtterance);
  }

  /** The candidate was right: its text, there or on its way, is the utterance's. */
  private confirm(take: Take, audio: Recorded): OpenUtterance | null {
    const utterance =
      take.candidate === null ? undefined : this.ports.utterances.get(take.candidate);
    if (utterance === undefined || !covers(utterance, audio.recording, audio)) {
      this.dropGuess(take);
      return null;
    }
    take.candidate = null;
    this.ports.speculation.used();
    if (utterance.transcript === null)
      this.ports.learn({ kind: 'confirmed', utterance: utterance.id });
    return utterance;
  }

  private issueClosed(take: Take, audio: Recorded): OpenUtterance {
    const purpose: Purpose =
      take.hold === null ? { kind: 'dictation' } : { kind: 'hold', reason: take.hold };
    const utterance = this.issue(audio, take.session, purpose);
    utterance.voiced = voicedIn(take, audio);
    utterance.context = contextOf(take, audio);
    this.submit(utterance);
    return utterance;
  }
}

/** Whether this utterance is a guess that no pause has confirmed yet. */
export function isGuess(utterance: OpenUtterance): boolean {
  return (
    utterance.speculative && utterance.purpose.kind === 'dictation' && utterance.journalId === null
  );
}

/** When a sample came in, on our clock: exact for live audio, a bound for a file at full speed. */
function heardAtS(take: Take, sample: number): number {
  const behindS = (take.heardSamples - inJournal(take, sample)) / SAMPLE_RATE_HZ;
  return take.heardAtS - Math.max(0, behindS);
}

function unreachable(mark: never): never {
  throw new Error(`unknown mark ${JSON.stringify(mark)}`);
}
