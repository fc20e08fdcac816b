import type { TypedPiece } from '../../domain/keys.js';
import type { PendingReason } from '../../domain/state.js';
import { CLIPBOARD } from '../../inject/sink.js';
import type { Applied, ApplyOptions } from '../../voice/apply.js';
import { renderMarkers } from '../../voice/keys.js';
import { readScratch } from '../../voice/scratch.js';
import type { JournalPort, LastText, WindowGuard } from '../ports.js';
import {
  type OpenUtterance,
  type OpenUtterances,
  type Transcript,
  writtenText,
} from '../utterances/open-utterances.js';
import type { Speculation } from '../utterances/speculation.js';
import { hasText } from '../utterances/spoken.js';
import { arrived } from './arrived.js';
import type { Delivery, DeliveryQueue } from './delivery-queue.js';
import { OpenSentence } from './open-sentence.js';
import type { Scratching } from './scratching.js';
import type { Sessions } from './sessions.js';
import { type DeliveryResult, deliveryFor, scratchRefused } from './utterance-delivery.js';
import { reportOf } from './utterance-report.js';

/** How long the audio of a text that leaves speech out is kept. */
const KEEP_LACKING_HOURS = 1;

export interface DeliveringPorts {
  readonly journal: JournalPort;
  readonly guard: WindowGuard;
  readonly queue: DeliveryQueue;
  readonly utterances: OpenUtterances;
  readonly sessions: Sessions;
  readonly speculation: Speculation;
  nowS(): number;
  commands(): ApplyOptions;
  warn(message: string): void;
  readonly scratching: Scratching;
  /** `[voice] scratch_that`. */
  canScratch(): boolean;
  /** One line why "scratch that" took nothing back. */
  notScratched(message: string): void;
  /** A delivered recording has speech that did not become text. */
  speechWithoutText(journalId: number): void;
  /** The number of texts that wait for a person changed. */
  pendingChanged(reason: PendingReason): void;
  /** The last text of an earlier run. */
  readonly recalledLast: LastText | null;
  keepLast(last: LastText): void;
  /** An utterance is finished. */
  finished(): void;
}

/** From a closed utterance to its end: typed once, or kept as pending. The journal knows of each step. */
export class Delivering {
  private readonly deliveries = new Map<number, Delivery>();
  private last: LastText | null;
  private lastSession: number | null = null;
  private readonly sentence = new OpenSentence();
  /** The last text went into the clipboard: typing did not work. */
  copies = false;

  constructor(private readonly ports: DeliveringPorts) {
    this.last = ports.recalledLast;
  }

  /** The ids of utterances that are not at their end yet. */
  get open(): Iterable<number> {
    return this.deliveries.keys();
  }

  get isBusy(): boolean {
    return this.deliveries.size > 0;
  }

  /** The last delivered text; null where there is none yet. */
  get lastText(): LastText | null {
    return this.last;
  }

  /** An utterance is whole: it gets its place in the order of typing, or is kept. */
  take(utterance: OpenUtterance): void {
    if (utterance.purpose.kind === 'dictation') this.enqueue(utterance);
    else this.offerWithoutText(utterance);
    if (utterance.transcript !== null) this.settle(utterance, utterance.transcript);
  }

  /** The text of an utterance that is sure to have ended. */
  settle(utterance: OpenUtterance, transcript: Transcript): void {
    const { purpose, journalId } = utterance;
    if (journalId !== null) {
      const { device, engine } = transcript;
      this.ports.journal.transcribed(journalId, writtenText(transcript), { device, engine });
    }
    switch (purpose.kind) {
      case 'dictation':
        this.ports.queue.advance();
        return;
      case 'hold':
        this.keepPending(utterance, purpose.reason);
        return;
      case 'request':
        this.close(utterance);
        purpose.answer(transcript);
        return;
      default:
        unreachable(purpose);
    }
  }

  /** No more follows in the sentence that this utterance left open: what is still to be typed behind it is typed. */
  endSentence(utteranceId: number): void {
    const utterance = this.ports.utterances.get(utteranceId);
    if (utterance !== undefined) utterance.open = false;
    const { guard, scratching, queue } = this.ports;
    const tail = () => this.sentence.tailOf(utteranceId);
    queue.add({
      pieces: () => tail()?.tail ?? [],
      async begin() {
        const withheld = await guard.whyWithheld(tail()?.spokenInto ?? null);
        if (withheld !== null) return 'nothing';
        scratching.begin(true);
        return null;
      },
      progressed: () => {},
      finished: (outcome) => {
        const begun = tail();
        if (begun === null) return;
        const typed = begun.tail;
        if (outcome.kind === 'failed') this.sentence.tear(begun.session);
        else this.sentence.end();
        if (outcome.kind !== 'delivered' || outcome.by === 'nothing') return;
        scratching.typed(typed, outcome.by);
        this.lengthenLast(typed);
      },
    });
  }

  /** Something else is typed in between. */
  interrupt(): void {
    this.sentence.end();
  }

  /** From now on its text is kept, not typed. Too late for one that is being typed. */
  holdBack(utterance: OpenUtterance, reason: PendingReason): void {
    const delivery = this.deliveries.get(utterance.id);
    if (delivery !== undefined && !this.ports.queue.remove(delivery)) return;
    this.deliveries.delete(utterance.id);
    utterance.purpose = { kind: 'hold', reason };
    if (utterance.transcript !== null && utterance.journalId !== null)
      this.keepPending(utterance, reason);
    else this.offerWithoutText(utterance);
  }

  /** No engine can do it: a person gets its audio, a program an answer. */
  giveUp(utterance: OpenUtterance): void {
    if (utterance.purpose.kind === 'request') {
      this.close(utterance);
      utterance.purpose.answer({ failed: 'the speech engine failed three times on this audio' });
      return;
    }
    this.holdBack(utterance, 'transcription_failed');
    this.keepPending(utterance, 'transcription_failed');
  }

  private enqueue(utterance: OpenUtterance): void {
    const commands = () => ({ ...this.ports.commands(), before: this.typedIn(utterance.session) });
    const { journal, guard, nowS, scratching, canScratch } = this.ports;
    const warn = (message: string) => this.ports.notScratched(message);
    const before = () => this.sentence.before(utterance);
    const gap = () => this.sentence.gapBefore(utterance);
    const ports = { journal, guard, nowS, commands, before, gap, scratching, canScratch, warn };
    const delivery = deliveryFor(utterance, ports, (result) => this.finish(utterance, result));
    this.deliveries.set(utterance.id, delivery);
    this.ports.queue.add(delivery);
  }

  /** The last text that was typed in this dictation; null where there is none. */
  typedIn(session: number): string | null {
    return session === this.lastSession ? (this.last?.text ?? null) : null;
  }

  private finish(utterance: OpenUtterance, result: DeliveryResult): void {
    this.deliveries.delete(utterance.id);
    const { journalId } = utterance;
    const { outcome, applied } = result;
    const goesOn = this.sentence.before(utterance) !== null;
    if (outcome.kind === 'delivered' && outcome.by !== 'nothing')
      this.copies = outcome.by === CLIPBOARD;
    this.sentence.note(utterance, result.wasOpen, applied, outcome);
    if (outcome.kind === 'withheld') {
      const { reason, message } = outcome;
      this.ports.warn(
        `text was kept (${message}): type \`swictation pending type last\` where you want it`,
      );
      if (journalId !== null) this.ports.journal.pending(journalId, reason);
      this.ports.pendingChanged(reason);
    } else if (outcome.kind === 'failed') {
      this.ports.warn(`text could not be typed (${outcome.message}): see \`swictation pending\``);
      const reason = outcome.uncertain ? 'may_already_be_typed' : 'injector_failed';
      if (journalId !== null) this.ports.journal.pending(journalId, reason);
      this.ports.pendingChanged(reason);
    } else if (journalId !== null) {
      const keepHours = utterance.lacksText ? KEEP_LACKING_HOURS : 0;
      arrived(this.ports.journal, { id: journalId, keepHours }, outcome.by, result.pieces);
      if (utterance.lacksText) this.ports.speechWithoutText(journalId);
      if (result.scratched) this.lastSession = null;
      else if (applied !== null && applied.pieces.length > 0)
        this.tell(utterance, applied, { ...result, goesOn });
      else if (result.pieces.length > 0) this.lengthenLast(result.pieces);
    }
    this.close(utterance);
  }

  private tell(
    utterance: OpenUtterance,
    applied: Applied,
    result: DeliveryResult & { readonly goesOn: boolean },
  ): void {
    if (utterance.transcript === null) return;
    if (result.goesOn) this.lengthenLast(result.pieces);
    else this.keepLast({ pieces: result.pieces, text: applied.text });
    this.lastSession = utterance.session;
    const report = reportOf(utterance, utterance.transcript, applied, result, this.ports.nowS());
    this.ports.speculation.delivered(utterance, report.stages.engineWaitMs);
    this.ports.sessions.report(report);
  }

  /** More of the last sentence was typed. */
  private lengthenLast(pieces: readonly TypedPiece[]): void {
    const all = [...(this.last?.pieces ?? []), ...pieces];
    this.keepLast({ pieces: all, text: renderMarkers(all).replace(/ $/, '') });
  }

  private keepLast(last: LastText): void {
    this.last = last;
    this.ports.keepLast(last);
  }

  /** A person sees at once what is kept for them; its text follows. */
  private offerWithoutText({ purpose, journalId }: OpenUtterance): void {
    if (purpose.kind !== 'hold' || journalId === null) return;
    this.ports.journal.pending(journalId, purpose.reason);
  }

  private keepPending(utterance: OpenUtterance, reason: PendingReason): void {
    const { journalId, transcript } = utterance;
    if (journalId !== null) {
      const isScratch = transcript !== null && this.isScratch(transcript);
      if (isScratch) this.ports.notScratched(scratchRefused('its turn to be typed never came'));
      const hasNone = transcript !== null && (isScratch || !hasText(transcript.text));
      const empty = hasNone && !utterance.lacksText;
      if (empty) this.ports.journal.delivered(journalId);
      else this.ports.journal.pending(journalId, reason);
      if (!empty) this.ports.pendingChanged(reason);
    }
    this.close(utterance);
  }

  /** It is a command, and no text that somebody would want to have typed. */
  private isScratch(transcript: Transcript): boolean {
    return this.ports.canScratch() && readScratch(writtenText(transcript)) === 'command';
  }

  private close(utterance: OpenUtterance): void {
    this.ports.utterances.close(utterance.id);
    this.ports.finished();
  }
}

function unreachable(purpose: never): never {
  throw new Error(`unknown purpose ${JSON.stringify(purpose)}`);
}
