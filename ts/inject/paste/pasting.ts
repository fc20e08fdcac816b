import type { Attempt } from '../sink.js';
import type { ClipboardDoor, ClipboardOwner } from './clipboard-door.js';
import { type Contents, hashOf, isSecret, textOf } from './contents.js';
import type { Debt, DebtFile } from './debt-file.js';

/** A window takes what is pasted within milliseconds; a busy one gets this long. */
const TAKEN_WITHIN_MS = 2_000;
/** A window asks for the kinds and then for the text, or twice: the clipboard stays as it is for this long after the last one. */
const RESTORE_AFTER_MS = 700;
/** From the text being taken to its being in the window, before another key is pressed. */
const INSERTED_MS = 30;

export interface PastingOptions {
  /** How the clipboard is reached just now; a message where it can't be. */
  door(): Promise<ClipboardDoor | string>;
  readonly debts: DebtFile;
  onTrouble(message: string): void;
}

/** What is put back, and the owner of the text that stands in its place. */
interface Borrowed extends Debt {
  readonly door: ClipboardDoor;
  readonly owner: ClipboardOwner;
}

/**
 * Types by the clipboard: the text goes there, one key pastes it, and what was there before comes back. A text counts as typed once the
 * window has taken it; where it has not, nobody knows, and it is never pasted again. One at a time.
 */
export class Pasting {
  private borrowed: Borrowed | null = null;
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: PastingOptions) {}

  /** Puts `text` into the window that has the focus; `press` presses its paste key. */
  paste(text: string, press: () => Promise<Attempt>): Promise<Attempt> {
    return this.inTurn(() => this.pasteNow(text, press));
  }

  /** What an earlier run has left in place of the clipboard's contents goes back. */
  recover(): Promise<void> {
    return this.inTurn(async () => {
      const debt = this.options.debts.read();
      if (debt === null) return;
      const door = await this.options.door();
      if (typeof door !== 'string') await this.putBack(door, debt);
    });
  }

  /** Puts back at once. */
  close(): Promise<void> {
    return this.inTurn(() => this.restore());
  }

  private async pasteNow(text: string, press: () => Promise<Attempt>): Promise<Attempt> {
    clearTimeout(this.timer);
    const borrowed = await this.borrow(text);
    if (typeof borrowed === 'string') return { kind: 'not_typed', message: borrowed };
    const { door, owner } = borrowed;
    if (door.settleMs > 0) await new Promise((resolve) => setTimeout(resolve, door.settleMs));
    if (owner.isOver) return this.failed('something else was copied at this moment');
    const before = owner.taken;
    const pressed = await press();
    if (pressed.kind === 'not_typed') {
      await this.restore();
      return pressed;
    }
    const isTaken = await waitForTaking(owner, before);
    if (isTaken) await new Promise((resolve) => setTimeout(resolve, INSERTED_MS));
    this.restoreLater();
    if (isTaken) return { kind: 'typed' };
    const message = owner.isOver
      ? 'the clipboard was lost while the text was pasted'
      : 'the window did not take what was pasted';
    return { kind: 'unknown', message };
  }

  private async failed(message: string): Promise<Attempt> {
    await this.restore();
    return { kind: 'not_typed', message };
  }

  /** Fills the clipboard with `text`. What it held before stays in mind, also over several texts. */
  private async borrow(text: string): Promise<Borrowed | string> {
    const door = await this.options.door();
    if (typeof door === 'string') return door;
    const kept = await this.contentsBefore(door);
    if (typeof kept === 'string') return kept;
    const debt = { textHash: hashOf(text), contents: kept };
    // A secret is never written down: after a crash it is gone, as with its program.
    if (!isSecret(kept)) this.options.debts.write(debt);
    const owner = await door.own(text);
    if (owner === null) {
      await this.putBack(door, debt);
      return 'the clipboard could not be filled';
    }
    const previous = this.borrowed;
    this.borrowed = { ...debt, door, owner };
    await previous?.owner.end();
    return this.borrowed;
  }

  private async contentsBefore(door: ClipboardDoor): Promise<Contents | string> {
    const { borrowed } = this;
    if (borrowed !== null && !borrowed.owner.isOver) return borrowed.contents;
    await this.restore();
    const reading = await door.read();
    return reading.kind === 'contents' ? reading.contents : reading.message;
  }

  private restoreLater(): void {
    this.timer = setTimeout(() => void this.inTurn(() => this.restore()), RESTORE_AFTER_MS);
    this.timer.unref();
  }

  private async restore(): Promise<void> {
    clearTimeout(this.timer);
    const { borrowed } = this;
    this.borrowed = null;
    if (borrowed !== null) await this.putBack(borrowed.door, borrowed, borrowed.owner);
  }

  /** Nothing that somebody has copied meanwhile is replaced. */
  private async putBack(door: ClipboardDoor, debt: Debt, owner?: ClipboardOwner): Promise<void> {
    const { debts, onTrouble } = this.options;
    const isOurs = owner?.isOver === false || (await holdsTextOf(door, debt));
    const done = !isOurs || debt.contents.size === 0 || (await door.keep(debt.contents));
    await owner?.end();
    if (done) debts.clear();
    else onTrouble('what was in the clipboard could not be put back');
  }

  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.work.then(task);
    this.work = turn.catch(() => {});
    return turn;
  }
}

async function waitForTaking(owner: ClipboardOwner, before: number): Promise<boolean> {
  const untilMs = performance.now() + TAKEN_WITHIN_MS;
  while (owner.taken === before && !owner.isOver && performance.now() < untilMs) {
    await owner.nextChange(untilMs - performance.now());
  }
  return owner.taken > before;
}

/** Our text, or nothing: its owner may have died with us. */
async function holdsTextOf(door: ClipboardDoor, { textHash }: Debt): Promise<boolean> {
  const reading = await door.read();
  if (reading.kind === 'failed') return false;
  const text = textOf(reading.contents);
  return reading.contents.size === 0 || (text !== null && hashOf(text) === textHash);
}
