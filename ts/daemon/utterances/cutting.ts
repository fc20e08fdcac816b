import type { PolicyFact } from '../../domain/events.js';
import { FRAME_SAMPLES, SAMPLE_RATE_HZ, samplesToSeconds } from '../../domain/units.js';
import type { Hypothesis } from '../../speech/endpointing.js';
import type { Stretch } from '../../speech/pcm.js';
import type { Mark } from '../../speech/segmenter.js';
import type { ApplyOptions } from '../../voice/apply.js';
import { inJournal, stretchOf, type Take } from '../hearing/take.js';
import type { JournalPort } from '../ports.js';
import type { Speculation } from './speculation.js';
import { endsInCommand } from './spoken.js';
import { covers, type Purpose, type Ticket, type Tickets, type Transcript } from './tickets.js';

export interface CuttingPorts {
  readonly journal: Pick<JournalPort, 'recorded' | 'release'>;
  readonly tickets: Tickets;
  readonly speculation: Speculation;
  nowS(): number;
  learn(fact: PolicyFact): void;
  commands(): ApplyOptions;
  /** Whether recognition may start before a pause is confirmed. */
  speculate(): boolean;
  /** What the recogniser made of the take's candidate. */
  suppose(take: Take, hypothesis: Hypothesis): void;
  /** An utterance is sure to have ended; its ticket is in the journal, its text may be there already. */
  closed(ticket: Ticket): void;
  /** A guess is not wanted any more. */
  withdrawn(): void;
}

type Recorded = { readonly recording: number } & Stretch;

/** Marks of the segmenter to tickets: guesses at a pause, and utterances when it is confirmed. */
export class Cutting {
  constructor(private readonly ports: CuttingPorts) {}

  obey(take: Take, mark: Mark): void {
    switch (mark.kind) {
      case 'voice':
        this.ports.learn({ kind: 'speaking', active: mark.active });
        return;
      case 'candidate':
        this.supposeEnd(take, mark);
        return;
      case 'resumed':
        this.dropGuess(take);
        return;
      case 'utterance':
        this.closeUtterance(take, mark, mark.speechEndSample);
        return;
      case 'released':
        this.ports.journal.release(take.recording, inJournal(take, mark.belowSample));
        return;
      default:
        unreachable(mark);
    }
  }

  /** A new ticket. */
  issue(audio: Ticket['audio'], session: number, purpose: Purpose, speculative = false): Ticket {
    const { tickets, nowS } = this.ports;
    return tickets.issue(audio, { session, speculative, purpose, nowS: nowS() });
  }

  /** Asks the policy for its text. */
  submit({ id, seconds, speculative }: Ticket): void {
    this.ports.learn({ kind: 'utterance', utterance: id, seconds, speculative });
  }

  /** The text of a guess has arrived: it may tell whether the sentence has ended. */
  supposeFrom(ticket: Ticket, transcript: Transcript, takes: Iterable<Take>): void {
    const { text, sentenceEnd } = transcript;
    const hypothesis = { text, sentenceEnd, closes: endsInCommand(text, this.ports.commands()) };
    for (const take of takes) {
      if (take.candidate === ticket.id) this.ports.suppose(take, hypothesis);
    }
  }

  private supposeEnd(take: Take, stretch: Stretch): void {
    const { speculation } = this.ports;
    if (!this.ports.speculate() || !speculation.pays || take.hold !== null || take.ended) return;
    const audio = stretchOf(take, stretch);
    const ticket = this.issue(audio, take.session, { kind: 'dictation' }, true);
    take.candidate = ticket.id;
    this.submit(ticket);
  }

  /** A speculative ticket is not wanted any more. */
  withdraw(ticketId: number): void {
    this.ports.tickets.close(ticketId);
    this.ports.learn({ kind: 'withdrawn', utterance: ticketId });
    this.ports.withdrawn();
  }

  private dropGuess(take: Take): void {
    const { candidate } = take;
    if (candidate === null) return;
    take.candidate = null;
    const ticket = this.ports.tickets.get(candidate);
    if (ticket !== undefined) this.ports.speculation.dropped(ticket);
    this.withdraw(candidate);
  }

  private closeUtterance(take: Take, stretch: Stretch, speechEndSample: number): void {
    const audio = stretchOf(take, stretch);
    const ticket = this.confirm(take, audio) ?? this.issueClosed(take, audio);
    ticket.journalId = this.ports.journal.recorded(audio);
    ticket.closedS = this.ports.nowS();
    ticket.voiceEndedS = heardAtS(take, speechEndSample);
    ticket.voiceEndAtS = samplesToSeconds(inJournal(take, speechEndSample));
    ticket.lastFrameS = heardAtS(take, take.segmenter.frame * FRAME_SAMPLES);
    this.ports.closed(ticket);
  }

  /** The candidate was right: its text, there or on its way, is the utterance's. */
  private confirm(take: Take, audio: Recorded): Ticket | null {
    const ticket = take.candidate === null ? undefined : this.ports.tickets.get(take.candidate);
    if (ticket === undefined || !covers(ticket, audio.recording, audio)) {
      this.dropGuess(take);
      return null;
    }
    take.candidate = null;
    this.ports.speculation.used();
    if (ticket.transcript === null) this.ports.learn({ kind: 'confirmed', utterance: ticket.id });
    return ticket;
  }

  private issueClosed(take: Take, audio: Recorded): Ticket {
    const purpose: Purpose =
      take.hold === null ? { kind: 'dictation' } : { kind: 'hold', reason: take.hold };
    const ticket = this.issue(audio, take.session, purpose);
    this.submit(ticket);
    return ticket;
  }
}

/** Whether this ticket is a guess that no pause has confirmed yet. */
export function isGuess(ticket: Ticket): boolean {
  return ticket.speculative && ticket.purpose.kind === 'dictation' && ticket.journalId === null;
}

/** When a sample came in, on our clock: exact for live audio, a bound for a file at full speed. */
function heardAtS(take: Take, sample: number): number {
  const behindS = (take.heardSamples - inJournal(take, sample)) / SAMPLE_RATE_HZ;
  return take.heardAtS - Math.max(0, behindS);
}

function unreachable(mark: never): never {
  throw new Error(`unknown mark ${JSON.stringify(mark)}`);
}
