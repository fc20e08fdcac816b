import type { PolicyFact } from '../domain/events.js';
import type { TypedPiece } from '../domain/keys.js';
import type { PendingReason } from '../domain/state.js';
import { FRAME_SAMPLES, SAMPLE_RATE_HZ, samplesToSeconds } from '../domain/units.js';
import type { Hypothesis } from '../speech/endpointing.js';
import type { Stretch } from '../speech/pcm.js';
import type { Mark, SegmenterSettings } from '../speech/segmenter.js';
import type { Applied, ApplyOptions } from '../voice/apply.js';
import { forTyping } from '../voice/keys.js';
import { Desk, type Errand } from './desk.js';
import type { Ear } from './ear.js';
import { Listening } from './listening.js';
import type { JournalPort, SinkPort } from './ports.js';
import type { Sessions } from './sessions.js';
import { Speculation } from './speculation.js';
import { endsInCommand, hasText } from './spoken.js';
import type { Take } from './take.js';
import { covers, type Purpose, type Ticket, Tickets, type Transcript } from './tickets.js';
import { type Delivery, errandFor } from './utterance-errand.js';
import { reportOf } from './utterance-report.js';

export interface DictationPorts {
  readonly journal: JournalPort;
  readonly sink: SinkPort;
  readonly sessions: Sessions;
  nowS(): number;
  learn(fact: PolicyFact): void;
  whenDone<T>(work: Promise<T>, then: (value: T) => void): void;
  commands(): ApplyOptions;
  segmenterSettings(): SegmenterSettings;
  /** Whether recognition may start before a pause is confirmed. */
  speculate(): boolean;
  warn(message: string): void;
  /** The number of texts that wait for a person changed. */
  pendingChanged(reason: PendingReason): void;
  /** Each utterance that was closed while dictating, for reports on files. */
  onClosed?(ticket: Ticket, take: Take): void;
}

/** Frames that wait and utterances that wait, above which a source played at full speed is slowed down. */
const BACKLOG_SAMPLES = 20 * SAMPLE_RATE_HZ;
const BACKLOG_UTTERANCES = 8;

/** Speech to typed text: takes are cut into utterances, each becomes a ticket, its text an errand. */
export class Dictation {
  readonly tickets = new Tickets();
  readonly listening: Listening;
  readonly desk: Desk;
  readonly speculation = new Speculation();
  private take: Take | null = null;
  private readonly unfinishedTakes = new Set<Take>();
  private readonly errands = new Map<number, Errand>();
  private lastText: { readonly pieces: readonly TypedPiece[]; readonly text: string } | null = null;
  private roomWanted: (() => void)[] = [];

  constructor(
    private readonly ports: DictationPorts,
    ear: Ear,
  ) {
    this.desk = new Desk({ sink: ports.sink, whenDone: ports.whenDone });
    this.listening = new Listening(ear, {
      journal: ports.journal,
      whenDone: ports.whenDone,
      onMark: (take, mark) => this.obey(take, mark),
      onTakeCut: (take) => this.takeCut(take),
    });
  }

  get isRecording(): boolean {
    return this.take !== null;
  }

  /** Whether anything heard is still on its way to the keyboard. */
  get isBusy(): boolean {
    return this.unfinishedTakes.size > 0 || this.errands.size > 0 || this.desk.length > 0;
  }

  /** Whether anything of this session is still on its way. */
  isSessionBusy(session: number): boolean {
    for (const take of this.unfinishedTakes) if (take.session === session) return true;
    for (const id of this.errands.keys()) {
      if (this.tickets.get(id)?.session === session) return true;
    }
    return false;
  }

  get recordingS(): number {
    return this.take === null ? 0 : this.ports.nowS() - this.take.startedS;
  }

  get lastTranscript(): string | null {
    return this.lastText?.text ?? null;
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
    for (const ticket of [...this.tickets.all()]) {
      if (ticket.session === take.session && ticket.purpose.kind === 'dictation') {
        this.holdBack(ticket, 'cancelled');
      }
    }
    return this.stop();
  }

  /** No more sound comes: the sentence that was begun is delivered. */
  endTake(take: Take): void {
    this.listening.end(take);
  }

  hear(take: Take, pcm: Buffer): void {
    take.heardAtS = this.ports.nowS();
    this.listening.hear(take, pcm);
  }

  /** Resolves when the program has caught up so far that a source at full speed may go on. */
  async room(): Promise<void> {
    await this.listening.whenBelow(BACKLOG_SAMPLES);
    if (this.tickets.size <= BACKLOG_UTTERANCES) return;
    await new Promise<void>((resolve) => this.roomWanted.push(resolve));
    return this.room();
  }

  /** What a killed daemon left uncut: it is cut and transcribed now, and kept as pending. */
  recover(span: { readonly recording: number } & Stretch): void {
    const take = this.openTake(span.recording, 0, 'daemon_restarted', span.fromSample);
    this.listening.heard(take, span.toSample - span.fromSample);
    this.listening.end(take);
  }

  /** An utterance that is in the journal already and has no text yet. */
  transcribeHeld(
    journalId: number,
    audio: { readonly recording: number } & Stretch,
    reason: PendingReason,
  ): void {
    const ticket = this.issue(audio, 0, { kind: 'hold', reason }, false);
    ticket.journalId = journalId;
    this.submit(ticket);
  }

  /** The text of a program's own audio; nothing is typed and nothing is kept. */
  transcribe(pcm: Buffer, answer: (result: Transcript | { failed: string }) => void): void {
    this.submit(this.issue({ pcm }, 0, { kind: 'request', answer }, false));
  }

  /** Types something out of order of speech: a pending text, or the last one again. */
  type(errand: Errand): void {
    this.desk.add(errand);
  }

  /** The pieces of the last delivered text, null where there is none yet. */
  lastPieces(): readonly TypedPiece[] | null {
    return this.lastText?.pieces ?? null;
  }

  /** A text has arrived. Returns false for one that nobody waits for any more. */
  transcribed(ticketId: number, transcript: Transcript): boolean {
    const ticket = this.tickets.get(ticketId);
    if (ticket === undefined || ticket.transcript !== null) {
      this.speculation.cameTooLate(ticketId, transcript);
      return false;
    }
    ticket.transcript = transcript;
    ticket.textS = this.ports.nowS();
    if (this.isCandidate(ticket)) this.supposeFor(ticket, transcript);
    else this.settle(ticket, transcript);
    return true;
  }

  /** The policy has given up on this audio: it waits for a person. */
  giveUp(ticketId: number): void {
    const ticket = this.tickets.get(ticketId);
    if (ticket === undefined) return;
    if (ticket.purpose.kind === 'request') {
      this.tickets.close(ticket.id);
      ticket.purpose.answer({ failed: 'the speech engine failed three times on this audio' });
      return;
    }
    this.holdBack(ticket, 'transcription_failed');
    this.keepPending(ticket, 'transcription_failed');
  }

  private openTake(recording: number, session: number, hold: Take['hold'], firstSample = 0): Take {
    const fields = { recording, session, hold, firstSample, startedS: this.ports.nowS() };
    const take = this.listening.begin(fields, this.ports.segmenterSettings());
    this.unfinishedTakes.add(take);
    return take;
  }

  private obey(take: Take, mark: Mark): void {
    switch (mark.kind) {
      case 'voice':
        this.ports.learn({ kind: 'speaking', active: mark.active });
        return;
      case 'candidate':
        this.supposeEnd(take, mark);
        return;
      case 'resumed':
        this.withdraw(take);
        return;
      case 'utterance':
        this.closeUtterance(take, mark, mark.speechEndSample);
        return;
      case 'released':
        this.ports.journal.release(take.recording, this.inJournal(take, mark.belowSample));
        return;
      default:
        unreachable(mark);
    }
  }

  private supposeEnd(take: Take, stretch: Stretch): void {
    if (!this.ports.speculate() || !this.speculation.pays || take.hold !== null || take.ended)
      return;
    const audio = this.stretchOf(take, stretch);
    const ticket = this.issue(audio, take.session, { kind: 'dictation' }, true);
    take.candidate = ticket.id;
    this.submit(ticket);
  }

  private withdraw(take: Take): void {
    const { candidate } = take;
    if (candidate === null) return;
    take.candidate = null;
    const ticket = this.tickets.get(candidate);
    if (ticket !== undefined) this.speculation.dropped(ticket);
    this.tickets.close(candidate);
    this.ports.learn({ kind: 'withdrawn', utterance: candidate });
    this.makeRoom();
  }

  private closeUtterance(take: Take, stretch: Stretch, speechEndSample: number): void {
    const audio = this.stretchOf(take, stretch);
    const ticket = this.confirm(take, audio) ?? this.issueClosed(take, audio);
    ticket.journalId = this.ports.journal.recorded(audio);
    ticket.closedS = this.ports.nowS();
    ticket.voiceEndedS = this.heardAtS(take, speechEndSample);
    ticket.voiceEndAtS = samplesToSeconds(this.inJournal(take, speechEndSample));
    ticket.lastFrameS = this.heardAtS(take, take.segmenter.frame * FRAME_SAMPLES);
    this.ports.onClosed?.(ticket, take);
    if (ticket.purpose.kind === 'dictation') this.openErrand(ticket);
    else this.offerWithoutText(ticket);
    if (ticket.transcript !== null) this.settle(ticket, ticket.transcript);
  }

  /** The candidate was right: its text, there or on its way, is the utterance's. */
  private confirm(take: Take, audio: { readonly recording: number } & Stretch): Ticket | null {
    const ticket = take.candidate === null ? undefined : this.tickets.get(take.candidate);
    if (ticket === undefined || !covers(ticket, audio.recording, audio)) {
      this.withdraw(take);
      return null;
    }
    take.candidate = null;
    this.speculation.used();
    if (ticket.transcript === null) this.ports.learn({ kind: 'confirmed', utterance: ticket.id });
    return ticket;
  }

  private issueClosed(take: Take, audio: { readonly recording: number } & Stretch): Ticket {
    const purpose: Purpose =
      take.hold === null ? { kind: 'dictation' } : { kind: 'hold', reason: take.hold };
    const ticket = this.issue(audio, take.session, purpose, false);
    this.submit(ticket);
    return ticket;
  }

  private issue(
    audio: Ticket['audio'],
    session: number,
    purpose: Purpose,
    speculative: boolean,
  ): Ticket {
    return this.tickets.issue(audio, { session, speculative, purpose, nowS: this.ports.nowS() });
  }

  private submit(ticket: Ticket): void {
    const { id, seconds, speculative } = ticket;
    this.ports.learn({ kind: 'utterance', utterance: id, seconds, speculative });
  }

  private isCandidate(ticket: Ticket): boolean {
    return ticket.speculative && ticket.journalId === null;
  }

  private supposeFor(ticket: Ticket, transcript: Transcript): void {
    const hypothesis = hypothesisOf(transcript, this.ports.commands());
    for (const take of this.unfinishedTakes) {
      if (take.candidate === ticket.id) this.listening.suppose(take, hypothesis);
    }
  }

  /** The text of an utterance that is sure to have ended. */
  private settle(ticket: Ticket, transcript: Transcript): void {
    const { purpose } = ticket;
    if (ticket.journalId !== null) {
      const { device, engine } = transcript;
      this.ports.journal.transcribed(ticket.journalId, transcript.text, { device, engine });
    }
    switch (purpose.kind) {
      case 'dictation':
        this.desk.advance();
        return;
      case 'hold':
        this.keepPending(ticket, purpose.reason);
        return;
      case 'request':
        this.tickets.close(ticket.id);
        purpose.answer(transcript);
        this.makeRoom();
        return;
      default:
        unreachable(purpose);
    }
  }

  private openErrand(ticket: Ticket): void {
    const errand = errandFor(ticket, this.ports, (delivery) => this.finish(ticket, delivery));
    this.errands.set(ticket.id, errand);
    this.desk.add(errand);
  }

  private finish(ticket: Ticket, delivery: Delivery): void {
    this.errands.delete(ticket.id);
    this.tickets.close(ticket.id);
    const { outcome, applied } = delivery;
    if (outcome.kind === 'failed') {
      this.ports.warn(`text could not be typed (${outcome.message}): see \`swictation pending\``);
      const reason = outcome.uncertain ? 'may_already_be_typed' : 'injector_failed';
      if (ticket.journalId !== null) this.ports.journal.pending(ticket.journalId, reason);
      this.ports.pendingChanged(reason);
    } else if (ticket.journalId !== null) {
      this.ports.journal.delivered(ticket.journalId);
      if (applied !== null && applied.pieces.length > 0) this.tell(ticket, applied, delivery);
    }
    this.makeRoom();
  }

  private tell(ticket: Ticket, applied: Applied, delivery: Delivery): void {
    if (ticket.transcript === null) return;
    this.lastText = { pieces: forTyping(applied), text: applied.text };
    const report = reportOf(ticket, ticket.transcript, applied, delivery, this.ports.nowS());
    this.speculation.delivered(ticket, report.stages.engineWaitMs);
    this.ports.sessions.report(report);
  }

  /** From now on its text is kept, not typed. Too late for one that is being typed. */
  private holdBack(ticket: Ticket, reason: PendingReason): void {
    const errand = this.errands.get(ticket.id);
    if (errand !== undefined && !this.desk.remove(errand)) return;
    this.errands.delete(ticket.id);
    ticket.purpose = { kind: 'hold', reason };
    if (ticket.transcript !== null && ticket.journalId !== null) this.keepPending(ticket, reason);
    else this.offerWithoutText(ticket);
  }

  /** A person sees at once what is kept for them; its text follows. */
  private offerWithoutText({ purpose, journalId }: Ticket): void {
    if (purpose.kind !== 'hold' || journalId === null) return;
    this.ports.journal.pending(journalId, purpose.reason);
  }

  private keepPending(ticket: Ticket, reason: PendingReason): void {
    this.tickets.close(ticket.id);
    if (ticket.journalId !== null) {
      const empty = ticket.transcript !== null && !hasText(ticket.transcript.text);
      if (empty) this.ports.journal.delivered(ticket.journalId);
      else this.ports.journal.pending(ticket.journalId, reason);
      if (!empty) this.ports.pendingChanged(reason);
    }
    this.makeRoom();
  }

  private takeCut(take: Take): void {
    this.unfinishedTakes.delete(take);
    this.ports.whenDone(this.ports.journal.endRecording(take.recording), () => {});
    this.makeRoom();
  }

  private makeRoom(): void {
    const waiting = this.roomWanted;
    this.roomWanted = [];
    for (const wake of waiting) wake();
  }

  private stretchOf(take: Take, stretch: Stretch): { readonly recording: number } & Stretch {
    return {
      recording: take.recording,
      fromSample: this.inJournal(take, stretch.fromSample),
      toSample: Math.min(take.heardSamples, this.inJournal(take, stretch.toSample)),
    };
  }

  /** The segmenter counts from the start of the take, the journal from the start of the recording. */
  private inJournal(take: Take, sample: number): number {
    return take.firstSample + sample;
  }

  /** When a sample came in, on our clock: exact for live audio, a bound for a file at full speed. */
  private heardAtS(take: Take, sample: number): number {
    const behindS = (take.heardSamples - this.inJournal(take, sample)) / SAMPLE_RATE_HZ;
    return take.heardAtS - Math.max(0, behindS);
  }
}

function hypothesisOf(transcript: Transcript, commands: ApplyOptions): Hypothesis {
  const { text, sentenceEnd } = transcript;
  return { text, sentenceEnd, closes: endsInCommand(text, commands) };
}

function unreachable(value: never): never {
  throw new Error(`unknown ${JSON.stringify(value)}`);
}
