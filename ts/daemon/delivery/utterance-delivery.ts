import type { TypedPiece } from '../../domain/keys.js';
import { type Applied, type ApplyOptions, applyCommands } from '../../voice/apply.js';
import type { Joint } from '../../voice/composer.js';
import { forTyping } from '../../voice/keys.js';
import { readScratch, withoutEscape } from '../../voice/scratch.js';
import type { JournalPort, WindowGuard } from '../ports.js';
import { type OpenUtterance, writtenText } from '../utterances/open-utterances.js';
import type { Delivery, Outcome } from './delivery-queue.js';
import type { Begun } from './open-sentence.js';
import type { Scratching } from './scratching.js';

/** How the typing of one utterance ended. `applied` is null where it never came to the voice commands. */
export interface DeliveryResult {
  readonly outcome: Outcome;
  readonly applied: Applied | null;
  /** It was typed as one that may be gone on from. */
  readonly wasOpen: boolean;
  /** What was typed for it: its pieces with the space behind them. */
  readonly pieces: readonly TypedPiece[];
  /** It took the text before it back, or was to. */
  readonly scratched: boolean;
  readonly transformUs: number;
  readonly injectionMs: number;
}

export interface DeliveryPorts {
  readonly journal: JournalPort;
  readonly guard: WindowGuard;
  nowS(): number;
  commands(): ApplyOptions;
  /** What it goes on from; null where it stands alone. */
  before(): Begun | null;
  /** What a sentence of its own comes behind, where the one before it was typed in part. */
  gap(): Joint | null;
  /** `[voice] scratch_that`. */
  canScratch(): boolean;
  readonly scratching: Scratching;
  warn(message: string): void;
}

/** The delivery that types an utterance as soon as its text is there; the journal knows of each step. */
export function deliveryFor(
  utterance: OpenUtterance,
  ports: DeliveryPorts,
  finished: (result: DeliveryResult) => void,
): Delivery {
  const journalId = utterance.journalId ?? 0;
  let applied: Applied | null = null;
  let scratch: Scratch | null = null;
  let transformUs = 0;
  let startedS: number | null = null;
  let wasOpen = false;
  let pieces: readonly TypedPiece[] = [];
  return {
    pieces() {
      if (utterance.transcript === null) return null;
      if (scratch !== null) return scratch.pieces;
      if (applied !== null) return pieces;
      const text = writtenText(utterance.transcript);
      const before = ports.before();
      const said = ports.canScratch() && before === null ? readScratch(text) : null;
      if (said === 'command') {
        scratch = planScratch(ports);
        return scratch.pieces;
      }
      const beforeS = ports.nowS();
      const wanted = said === 'escaped' ? withoutEscape(text) : text;
      wasOpen = utterance.open;
      const joined = { behind: before?.joint ?? ports.gap() ?? undefined, open: wasOpen };
      applied = applyCommands(wanted, { ...ports.commands(), ...joined });
      transformUs = (ports.nowS() - beforeS) * 1e6;
      const isNothing = applied.pieces.length === 0 && !wasOpen;
      pieces = isNothing ? (before?.tail ?? []) : forTyping(applied, wasOpen);
      return pieces;
    },
    check: async () => (scratch === null ? true : await scratch.check()),
    async begin() {
      startedS = ports.nowS();
      const withheld = await ports.guard.whyWithheld(utterance.spokenInto);
      if (withheld !== null) return scratch === null ? withheld : scratch.refuse(withheld.message);
      if (scratch === null) ports.scratching.begin(ports.before() !== null);
      await ports.journal.delivering(journalId);
      return null;
    },
    progressed: (pieces) => ports.journal.progressed(journalId, pieces),
    finished(outcome) {
      const injectionMs = startedS === null ? 0 : (ports.nowS() - startedS) * 1e3;
      note(ports.scratching, outcome, scratch === null ? pieces : null);
      const typed = { applied, wasOpen, pieces, scratched: scratch !== null };
      finished({ outcome, ...typed, transformUs, injectionMs });
    },
  };
}

/** The one line that a person reads where nothing was taken back. */
export function scratchRefused(reason: string): string {
  return `"scratch that" took nothing back: ${reason}`;
}

interface Scratch {
  readonly pieces: readonly TypedPiece[];
  check(): Promise<boolean>;
  /** It can't be done now, and is no text that somebody would want to have kept. */
  refuse(reason: string): 'nothing';
}

/** The keys that take the last text back; none, and one line why, where that can't be. */
function planScratch({ scratching, warn }: DeliveryPorts): Scratch {
  const refuse = (reason: string): 'nothing' => {
    warn(scratchRefused(reason));
    return 'nothing';
  };
  const plan = scratching.plan();
  if (typeof plan === 'string') {
    refuse(plan);
    return { pieces: [], refuse, check: async () => false };
  }
  const check = async () => {
    const reason = await plan.check();
    if (reason !== null) refuse(reason);
    return reason === null;
  };
  return { pieces: plan.pieces, refuse, check };
}

/** What may be taken back from now on; `pieces` is null behind a "scratch that". */
function note(
  scratching: Scratching,
  outcome: Outcome,
  pieces: readonly TypedPiece[] | null,
): void {
  if (outcome.kind === 'withheld') return;
  if (outcome.kind === 'failed') scratching.forget('the last text was not typed as a whole');
  else if (pieces === null) {
    if (outcome.by !== 'nothing') scratching.forget('the last text was taken back already');
  } else if (pieces.length > 0) scratching.typed(pieces, outcome.by);
}
