import type { TypedPiece } from '../../domain/keys.js';
import { Problem } from '../../domain/problem.js';
import { cutPieces } from '../../inject/cut-pieces.js';
import type { Journal, PendingEntry } from '../../journal/types.js';
import { type ApplyOptions, applyCommands } from '../../voice/apply.js';
import { forTyping } from '../../voice/keys.js';
import { arrived } from '../delivery/arrived.js';
import type { Outcome } from '../delivery/delivery-queue.js';
import type { Dictation } from './dictation.js';

export interface PendingPorts {
  readonly journal: Journal;
  readonly dictation: Dictation;
  commands(): ApplyOptions;
}

/** Types what a person chose out of `swictation pending`. Resolves when it is typed; throws a Problem else. */
export function typePending(ports: PendingPorts, id: number): Promise<void> {
  const entry = findPending(ports.journal, id);
  const { text } = entry;
  if (text === null) {
    throw new Problem(
      'no_text_yet',
      `Recording ${id} has no text yet: wait for its transcription, or play its audio (swictation pending --json)`,
    );
  }
  const whole = forTyping(applyCommands(text, ports.commands()));
  const pieces = cutPieces(whole).slice(entry.pieces_done);
  return new Promise((resolve, reject) => {
    ports.dictation.type({
      pieces: () => pieces,
      async begin() {
        const withheld = await ports.dictation.whyWithheld();
        if (withheld === null) await ports.journal.delivering(id);
        return withheld;
      },
      progressed: (done) => ports.journal.progressed(id, entry.pieces_done + done),
      finished: (outcome) => {
        const problem = settlePending(ports.journal, id, outcome, pieces);
        if (problem === null) resolve();
        else reject(problem);
      },
    });
  });
}

/** Types the last delivered text again. Resolves when it is typed; throws a Problem else. */
export function repeatLast(dictation: Dictation): Promise<void> {
  const pieces = dictation.lastPieces();
  if (pieces === null) throw new Problem('nothing_yet', 'Nothing was dictated yet');
  return new Promise((resolve, reject) => {
    dictation.type({
      pieces: () => pieces,
      begin: () => dictation.whyWithheld(),
      progressed: () => {},
      finished: (outcome) => {
        if (outcome.kind === 'delivered') resolve();
        else reject(undeliverable(outcome.message));
      },
    });
  });
}

const NAMED_IDS = 10;

/** The entry, or the Problem that says which ids there are. */
export function findPending(journal: Journal, id: number): PendingEntry {
  const entries = journal.list();
  const entry = entries.find((candidate) => candidate.id === id);
  if (entry !== undefined) return entry;
  const ids = entries.map((candidate) => candidate.id);
  throw new Problem('unknown_id', `No recording ${id}: ${describeIds(ids)}`);
}

/** Few ids are named, of many the ends. */
function describeIds(ids: readonly number[]): string {
  if (ids.length === 0) return 'nothing is pending';
  if (ids.length <= NAMED_IDS) return `pending are ${ids.join(', ')}`;
  const ends = `from ${Math.min(...ids)} to ${Math.max(...ids)}`;
  return `${ids.length} are pending, ${ends}: \`swictation pending\` lists them`;
}

function settlePending(
  journal: Journal,
  id: number,
  outcome: Outcome,
  pieces: readonly TypedPiece[],
): Problem | null {
  if (outcome.kind === 'delivered') {
    arrived(journal, { id, keepHours: 0 }, outcome.by, pieces);
    return null;
  }
  if (outcome.kind === 'withheld') return undeliverable(outcome.message);
  journal.pending(id, outcome.uncertain ? 'may_already_be_typed' : 'injector_failed');
  return undeliverable(outcome.message);
}

function undeliverable(message: string): Problem {
  return new Problem(
    'not_delivered',
    `The text could not be typed (${message}); it is still pending`,
  );
}
