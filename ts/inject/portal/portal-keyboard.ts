import { within } from '../../system/deadline.js';
import {
  borrowKeyboard,
  canLendKeyboard,
  type Lent,
  type RemoteKeyboard,
} from '../../system/desktop/portal/remote-keyboard.js';
import type { RestoreToken } from './restore-token.js';

export interface PortalKeyboardOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly token: RestoreToken;
  /** A person has to answer the desktop's question. */
  asks(): void;
  /** The answer can't be kept: the person is asked again next time. */
  onTrouble(message: string): void;
}

type State =
  | { readonly kind: 'idle' | 'absent' | 'refused' }
  | { readonly kind: 'opening'; readonly opened: Promise<void> }
  | { readonly kind: 'lent'; readonly keyboard: RemoteKeyboard; readonly usableFromMs: number };

/** A permission that was given before is confirmed by the desktop in less; a person takes longer, and gets a notice. */
const ASKS_AFTER_MS = 1_500;

/**
 * Where no other keyboard is plugged in, windows learn only now that there is one: seen in mutter, the first key was lost and its text
 * in doubt; on a busy machine 0.3 s were not always enough. It is lent at the start, so that hardly a text waits for it.
 */
const NEW_KEYBOARD_MS = 1_000;

/**
 * The keyboard that the desktop lends us. It is asked for once: while a person has not answered, and after they have refused,
 * other ways of typing are taken. One that was taken away in between is asked for again with the next text.
 */
export class PortalKeyboard {
  private state: State = { kind: 'idle' };
  private closed = false;
  /** The desktop has said that it can lend one. */
  private isKnown = false;

  constructor(private readonly options: PortalKeyboardOptions) {}

  /** Null where there is one, or may be in a moment; else what is missing. The person is asked nothing. */
  async obstacle(): Promise<string | null> {
    if (this.state.kind === 'idle' && !this.isKnown) {
      this.isKnown = await canLendKeyboard(this.options.env);
      if (!this.isKnown) this.state = { kind: 'absent' };
    }
    return this.missing();
  }

  private missing(): string | null {
    switch (this.state.kind) {
      case 'absent':
        return NO_PORTAL;
      case 'refused':
        return 'the desktop was told not to let dictation type: restart swictationd to be asked again';
      case 'idle':
      case 'opening':
      case 'lent':
        return null;
      default:
        return this.state satisfies never;
    }
  }

  /** Asks for it, so that the question comes at the start and not in the middle of a text. */
  begin(): void {
    if (this.state.kind !== 'idle' || this.closed) return;
    this.state = { kind: 'opening', opened: this.open() };
  }

  /** The keyboard, as soon as it is there; else why not. */
  async take(waitMs: number): Promise<RemoteKeyboard | string> {
    this.begin();
    if (this.state.kind === 'opening') await within(this.state.opened, waitMs);
    const { state } = this;
    if (state.kind === 'lent') {
      const waitedMs = state.usableFromMs - performance.now();
      if (waitedMs > 0) await new Promise((resolve) => setTimeout(resolve, waitedMs));
      return state.keyboard;
    }
    if (state.kind === 'opening')
      return 'the desktop waits for your answer whether dictation may type';
    return this.missing() ?? 'the desktop lends no keyboard just now';
  }

  close(): void {
    this.closed = true;
    if (this.state.kind === 'lent') this.state.keyboard.close();
  }

  private async open(): Promise<void> {
    const { env, token } = this.options;
    const asking = setTimeout(() => this.options.asks(), ASKS_AFTER_MS);
    const kept = token.read();
    const lent = await borrowKeyboard(env, kept);
    clearTimeout(asking);
    await this.settle(lent);
  }

  private async settle(lent: Lent): Promise<void> {
    if (lent.kind !== 'lent') {
      // A portal that was restarted, or a question that nobody saw, may do better next time.
      this.state = { kind: lent.kind === 'ended' ? 'idle' : lent.kind };
      if (lent.kind === 'refused') await this.keep(null);
      return;
    }
    const { keyboard } = lent;
    await this.keep(keyboard.restoreToken);
    if (this.closed) {
      keyboard.close();
      return;
    }
    const usableFromMs = performance.now() + NEW_KEYBOARD_MS;
    const state: State = { kind: 'lent', keyboard, usableFromMs };
    this.state = state;
    void keyboard.ended.then(() => {
      if (this.state === state) this.state = { kind: 'idle' };
    });
  }

  private async keep(token: string | null): Promise<void> {
    try {
      await this.options.token.keep(token);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.options.onTrouble(`the permission to type can't be kept (${reason})`);
    }
  }
}

const NO_PORTAL = 'this desktop has no portal that lends a keyboard';
