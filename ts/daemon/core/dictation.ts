import type { PolicyFact } from '../../domain/events.js';
import type { TypedPiece } from '../../domain/keys.js';
import type { PendingReason } from '../../domain/state.js';
import type { UnheardSpan } from '../../journal/types.js';
import { endsSpeech, type Mark, type SegmenterSettings } from '../../speech/marks.js';
import type { Stretch } from '../../speech/pcm.js';
import { withoutParts } from '../../speech/segmenter-state.js';
import type { Focus } from '../../system/desktop/window/focus.js';
import type { ApplyOptions } from '../../voice/apply.js';
import { Delivering } from '../delivery/delivering.js';
import { type Delivery, DeliveryQueue } from '../delivery/delivery-queue.js';
import { Scratching } from '../delivery/scratching.js';
import type { Sessions } from '../delivery/sessions.js';
import type { Ear } from '../hearing/ear.js';
import { FrameScoring } from '../hearing/frame-scoring.js';
import type { Take } from '../hearing/take.js';
import type { JournalPort, LastText, SinkPort, WindowGuard, Withheld } from '../ports.js';
import { Cutting, isGuess } from '../utterances/cutting.js';
import { LiveText, type LiveTextReaders } from '../utterances/live-text.js';
import { OpenUtterances, type Transcript } from '../utterances/open-utterances.js';
import { Speculation } from '../utterances/speculation.js';
import { Backpressure } from './backpressure.js';

export interface DictationPorts {
  readonly journal: JournalPort;
  readonly sink: SinkPort;
  readonly guard: WindowGuard;
  readonly sessions: Sessions;
  nowS(): number;
  learn(fact: PolicyFact): void;
  whenDone<T>(work: Promise<T>, then: (value: T) => void): void;
  commands(): ApplyOptions;
  segmenterSettings(): SegmenterSettings;
  /** Whether recognition may start before a pause is confirmed. */
  speculate(): boolean;
  readonly live: LiveTextReaders;
  warn(message: string): void;
  /** Which window has the focus now. */
  focus(): Promise<Focus>;
  /** `[voice] scratch_that`. */
  canScratch(): boolean;
  notScratched(message: string): void;
  /** A delivered recording has speech that did not become text. */
  speechWithoutText(journalId: number): void;
  /** The number of texts that wait for a person changed. */
  pendingChanged(reason: PendingReason): void;
  readonly recalledLast: LastText | null;
  keepLast(last: LastText): void;
}

/** Speech to typed text: takes are cut into utterances, each on its way until its text is delivered. */
export class Dictation {
  readonly utterances = new OpenUtterances();
  readonly scoring: FrameScoring;
  readonly deliveryQueue: DeliveryQueue;
  readonly speculation = new Speculation();
  private readonly scratching: Scratching;
  private readonly cutting: Cutting;
  private readonly delivering: Delivering;
  private readonly live: LiveText;
  private readonly backpressure: Backpressure;
  private take: Take | null = null;
  private readonly unfinishedTakes = new Set<Take>();

  constructor(
    private readonly ports: DictationPorts,
    ear: Ear,
  ) {
    this.scratching = new Scratching(ports);
    this.deliveryQueue = new DeliveryQueue({ sink: ports.sink, whenDone: ports.whenDone });
    this.scoring = new FrameScoring(ear, {
      journal: ports.journal,
      whenDone: ports.whenDone,
      onMark: (take, mark) => this.apply(take, mark),
      onScored: (take) => this.live.scored(take),
      onTakeCut: (take) => this.takeCut(take),
    });
    this.backpressure = new Backpressure(this.scoring, this.utterances);
    this.delivering = this.buildDelivering();
    this.cutting = this.buildCutting();
    this.live = this.buildLiveText();
  }

  get isRecording(): boolean {
    return this.take !== null;
  }

  /** Whether anything heard is still on its way to the keyboard. */
  get isBusy(): boolean {
    return this.unfinishedTakes.size > 0 || this.delivering.isBusy || this.deliveryQueue.length > 0;
  }

  /** Whether anything of this session is still on its way. */
  isSessionBusy(session: number): boolean {
    for (const take of this.unfinishedTakes) if (take.session === session) return true;
    for (const id of this.delivering.open) {
      if (this.utterances.get(id)?.session === session) return true;
    }
    return false;
  }

  get recordingS(): number {
    return this.take === null ? 0 : this.ports.nowS() - this.take.startedS;
  }

  get lastTranscript(): string | null {
    return this.delivering.lastText?.text ?? null;
  }

  /** The pieces of the last delivered text, null where there is none yet. */
  lastPieces(): readonly TypedPiece[] | null {
    return this.delivering.lastText?.pieces ?? null;
  }

  get session(): number | null {
    return this.take?.session ?? null;
  }

  /** Opens a take; null while one runs. */
  start(): Take | null {
    if (this.take !== null) return null;
    const session = this.ports.sessions.begin();
    this.take = this.openTake(this.ports.journal.beginRecording(), session, null);
    return this.take;
  }

  /** The take is over for the person; `endTake` follows when its last sound is in. Null while none runs. */
  stop(): Take | null {
    const take = this.take;
    if (take === null) return null;
    this.take = null;
    this.ports.sessions.markEnding(take.session);
    return take;
  }

  /** As `stop`, and all text of it that is not typed yet is kept as pending. */
  cancel(): Take | null {
    const take = this.take;
    if (take === null) return null;
    take.hold = 'cancelled';
    for (const utterance of [...this.utterances.all()]) {
      if (utterance.session === take.session && utterance.purpose.kind === 'dictation') {
        this.delivering.holdBack(utterance, 'cancelled');
      }
    }
    return this.stop();
  }

  /** No more sound comes: the sentence that was begun is delivered. */
  endTake(take: Take): void {
    this.scoring.end(take);
  }

  hear(take: Take, pcm: Buffer): void {
    take.heardAtS = this.ports.nowS();
    this.scoring.hear(take, pcm);
  }

  /** Resolves when the program has caught up so far that a source at full speed may go on. */
  whenCaughtUp(): Promise<void> {
    return this.backpressure.whenCaughtUp();
  }

  /** What a killed daemon left uncut: it is cut and transcribed now, and kept as pending. */
  recover(span: UnheardSpan): void {
    const take = this.openTake(span.recording, 0, 'daemon_restarted', span.fromSample);
    if (span.goesOn) take.goesOnFrom = this.delivering.lastText?.text ?? null;
    this.scoring.heard(take, span.toSample - span.fromSample);
    this.scoring.end(take);
  }

  /** An utterance that is in the journal already and has no text yet. */
  transcribeHeld(
    journalId: number,
    audio: { readonly recording: number } & Stretch,
    reason: PendingReason,
  ): void {
    const utterance = this.cutting.issue(audio, 0, { kind: 'hold', reason });
    utterance.journalId = journalId;
    this.cutting.submit(utterance);
  }

  /** The text of a program's own audio; nothing is typed and nothing is kept. */
  transcribe(pcm: Buffer, answer: (result: Transcript | { failed: string }) => void): void {
    this.cutting.submit(this.cutting.issue({ pcm }, 0, { kind: 'request', answer }));
  }

  /** Null where a text may be typed that a person has asked for: it goes to the window that they have chosen. */
  whyWithheld(): Promise<Withheld | null> {
    return this.ports.guard.whyWithheld(null);
  }

  /** Types something out of order of speech: a pending text, or the last one again. */
  type(delivery: Delivery): void {
    const finished: Delivery['finished'] = (outcome) => {
      this.delivering.interrupt();
      this.scratching.forget('something else was typed since');
      delivery.finished(outcome);
    };
    this.deliveryQueue.add({ ...delivery, finished });
  }

  /** A text has arrived. Returns false for one that nobody waits for any more. */
  transcribed(utteranceId: number, transcript: Transcript): boolean {
    const utterance = this.utterances.get(utteranceId);
    if (utterance === undefined || utterance.transcript !== null) {
      this.speculation.cameTooLate(utteranceId, transcript);
      return false;
    }
    utterance.transcript = transcript;
    utterance.textS = this.ports.nowS();
    if (!isGuess(utterance)) this.delivering.settle(utterance, transcript);
    // A guess that leaves speech out is no guess: it tells nothing about the end of the sentence.
    else if (!utterance.lacksText)
      this.cutting.considerTranscript(utterance, transcript, this.unfinishedTakes);
    return true;
  }

  /** A text that does not fit its speech is kept aside: the same audio is transcribed once more. */
  hearAgain(utteranceId: number): void {
    const utterance = this.utterances.get(utteranceId);
    if (utterance !== undefined) utterance.heardAgain = true;
  }

  /** Speech without words is left in it. */
  lacksText(utteranceId: number): void {
    const utterance = this.utterances.get(utteranceId);
    if (utterance !== undefined) utterance.lacksText = true;
  }

  /** The policy has given up on this audio: it waits for a person. */
  giveUp(utteranceId: number): void {
    const utterance = this.utterances.get(utteranceId);
    if (utterance === undefined) return;
    const { doubted } = utterance;
    if (doubted === null) {
      this.delivering.giveUp(utterance);
      return;
    }
    utterance.lacksText = true;
    this.transcribed(utteranceId, doubted);
  }

  private openTake(recording: number, session: number, hold: Take['hold'], firstSample = 0): Take {
    const fields = { recording, session, hold, firstSample, startedS: this.ports.nowS() };
    const take = this.scoring.begin(fields, this.ports.segmenterSettings());
    this.unfinishedTakes.add(take);
    return take;
  }

  private apply(take: Take, mark: Mark): void {
    if (endsSpeech(mark)) this.live.yield();
    // The clipboard holds one text: the next part would take the place of the one before it.
    if (this.delivering.copies) take.segmenter = withoutParts(take.segmenter);
    this.cutting.apply(take, mark);
  }

  private takeCut(take: Take): void {
    this.unfinishedTakes.delete(take);
    this.ports.whenDone(this.ports.journal.endRecording(take.recording), () => {});
    this.backpressure.eased();
  }

  private buildCutting(): Cutting {
    return new Cutting({
      ...this.ports,
      utterances: this.utterances,
      speculation: this.speculation,
      cutLive: (take, frame) => this.scoring.cutLive(take, frame),
      considerHypothesis: (take, hypothesis) => this.scoring.considerHypothesis(take, hypothesis),
      closed: (utterance) => this.delivering.take(utterance),
      typedIn: (session) => this.delivering.typedIn(session),
      sentenceEnded: (utteranceId) => this.delivering.endSentence(utteranceId),
      withdrawn: () => this.backpressure.eased(),
    });
  }

  private buildLiveText(): LiveText {
    return new LiveText({
      live: this.ports.live,
      utterances: this.utterances,
      issue: (audio, session, purpose) => this.cutting.issue(audio, session, purpose, true),
      submit: (utterance) => this.cutting.submit(utterance),
      withdraw: (utteranceId) => this.cutting.withdraw(utteranceId),
      isSettled: (text) => this.cutting.isSettled(text),
      cutOff: (take, look) => this.cutting.cutOff(take, look),
    });
  }

  private buildDelivering(): Delivering {
    return new Delivering({
      ...this.ports,
      queue: this.deliveryQueue,
      scratching: this.scratching,
      utterances: this.utterances,
      speculation: this.speculation,
      finished: () => this.backpressure.eased(),
    });
  }
}
