import type { Attempt } from '../sink.js';
import type { ClipboardDoor, ClipboardOwner } from './clipboard-door.js';
import { type Contents, hashOf, isSecret, textOf } from './contents.js';
import type { Debt, DebtFile } from './debt-file.js';

/** A window takes what is pasted within milliseconds; a busy one gets this long. */
const TAKEN_WITHIN_MS = 2_000;
/** A window asks for the kinds and then for the text, or twice: the clipboard stays as it is for this long after the last one. */
const RESTORE_AFTER_MS = 700;
/** However many ask for it. */
const SETTLES_WITHIN_MS = 1_000;
const MOST_TRIES = 3;
/** Texts of ours that may still be in a clipboard. */
const REMEMBERED = 10;
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
  /** Hashes of the last texts. */
  private ours: readonly string[] = [];
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

  /** What it needs of the session is started (GNOME starts its X server for the first program that asks). */
  prepare(): Promise<void> {
    return this.inTurn(async () => {
      const door = await this.options.door();
      if (typeof door !== 'string') await door.read();
    });
  }

  /** Puts back at once. */
  close(): Promise<void> {
    return this.inTurn(() => this.restore());
  }

  private async pasteNow(text: string, press: () => Promise<Attempt>): Promise<Attempt> {
    clearTimeout(this.timer);
    const borrowed = await this.hold(text);
    if (typeof borrowed === 'string') return { kind: 'not_typed', message: borrowed };
    const { owner } = borrowed;
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

  /**
   * Fills the clipboard, and waits until all windows know. A clipboard manager that saves what it holds may take it back at this very
   * moment, to keep the text before: then it is filled again. What a person copies stays.
   */
  private async hold(text: string): Promise<Borrowed | string> {
    for (let tries = 1; ; tries += 1) {
      const borrowed = await this.borrow(text);
      if (typeof borrowed === 'string') return borrowed;
      await settle(borrowed);
      if (!borrowed.owner.isOver) return borrowed;
      const isOurs = await this.holdsOurs(borrowed.door);
      if (tries < MOST_TRIES && isOurs) continue;
      await this.restore();
      return 'something else was copied at this moment';
    }
  }

  /** Fills the clipboard with `text`. What it held before stays in mind, also over several texts. */
  private async borrow(text: string): Promise<Borrowed | string> {
    const door = await this.options.door();
    if (typeof door === 'string') return door;
    const kept = await this.contentsBefore(door);
    if (typeof kept === 'string') return kept;
    const debt = { textHash: hashOf(text), contents: kept };
    this.remember(debt.textHash);
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
    this.remember(debt.textHash);
    const isOurs = owner?.isOver === false || (await this.holdsOurs(door));
    const done = !isOurs || debt.contents.size === 0 || (await door.keep(debt.contents));
    await owner?.end();
    if (done) debts.clear();
    else onTrouble('what was in the clipboard could not be put back');
  }

  private remember(hash: string): void {
    this.ours = [...this.ours.slice(1 - REMEMBERED), hash];
  }

  /** A text of ours, or nothing: its owner may have died with us. */
  private async holdsOurs(door: ClipboardDoor): Promise<boolean> {
    const reading = await door.read();
    if (reading.kind === 'failed') return false;
    const text = textOf(reading.contents);
    return reading.contents.size === 0 || (text !== null && this.ours.includes(hashOf(text)));
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

/** Whoever hears of new contents asks for their kinds: the compositor, clipboard managers. */
async function settle({ door, owner }: Borrowed): Promise<void> {
  if (door.settleMs === 0) return;
  const untilMs = performance.now() + SETTLES_WITHIN_MS;
  for (let before = -1; before !== owner.taken && performance.now() < untilMs; ) {
    before = owner.taken;
    await owner.nextChange(door.settleMs);
  }
}
