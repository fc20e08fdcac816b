import type { Config } from '../../config/config.js';
import type { Snapshot } from '../../protocol/command/snapshot.js';
import {
  borrowKeys,
  type LentShortcuts,
  OWN_BINDING,
  type Shortcut,
  type Triggers,
} from '../../system/desktop/portal/global-shortcuts.js';
import { toTrigger } from '../../system/desktop/portal/trigger.js';
import type { Env } from '../../system/env.js';
import type { Log } from '../../system/log.js';
import type { Scope } from '../../system/scope.js';
import type { Core } from '../core/core.js';

export interface HotkeyPorts {
  readonly env: Env;
  /** `[hotkeys]`; empty: no such key is wished for. */
  readonly keys: { readonly toggle: string; readonly pushToTalk: string };
  readonly core: Pick<
    Core,
    'loop' | 'toggleKey' | 'dictation' | 'startRecording' | 'stopRecording'
  >;
  /** Something that a person should know. */
  warn(code: string, message: string): void;
  tell(message: string): void;
}

/** After the keys were taken away; doubled each time that they don't stay. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

/** Whether there were keys already. */
type Before = 'never' | 'lost';

/**
 * Keys of the whole desktop, by its portal: one that starts and ends a take, and one that is held while somebody speaks. They are
 * asked for once; after a refusal only the next start asks again. A portal that was restarted is asked as soon as it is back.
 */
export class Hotkeys {
  private standing: NonNullable<Snapshot['hotkeys']>;
  private readonly shortcuts: readonly Shortcut[];
  /** The take that the held key has started. */
  private held: number | null = null;
  private lent: LentShortcuts | null = null;
  private retryMs = FIRST_RETRY_MS;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private saidAbsent = false;

  constructor(private readonly ports: HotkeyPorts) {
    this.shortcuts = wishes(ports.keys);
    this.standing = { by: 'desktop', detail: `the desktop is asked for the keys; ${OWN_BINDING}` };
    for (const wish of this.shortcuts.filter(({ trigger }) => trigger === null)) {
      const written = wish.id === TOGGLE ? ports.keys.toggle : ports.keys.pushToTalk;
      const message = `[hotkeys] ${wish.id} = "${written}" names no key: write it as "Super+Shift+D"; the desktop asks for one`;
      ports.warn('hotkeys', message);
    }
  }

  /** For `status` and `doctor`; null where no key is wished for. */
  get state(): Snapshot['hotkeys'] {
    return this.shortcuts.length === 0 ? null : this.standing;
  }

  /** Returns at once; the person may have to answer the desktop's question. */
  begin(): void {
    if (this.shortcuts.length > 0) void this.ask('never');
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    if (this.lent?.kind === 'lent') this.lent.keys.close();
  }

  private async ask(before: Before): Promise<void> {
    const lent = await borrowKeys(this.ports.env, this.shortcuts, {
      pressed: (id) => this.pressed(id),
      released: (id) => this.released(id),
      changed: (triggers) => this.bound(triggers),
    });
    this.lent = lent;
    if (this.closed) {
      this.close();
      return;
    }
    if (lent.kind === 'lent') {
      this.bound(lent.keys.triggers);
      const sinceMs = performance.now();
      void lent.keys.ended.then(() => this.lost(performance.now() - sinceMs));
      return;
    }
    const again = this.mayComeBack(lent.kind, before);
    const isNews = !(before === 'lost' && again) && lent.kind !== 'gone' && !this.saidAbsent;
    this.stand(WHY_NOT[lent.kind]);
    if (isNews) this.say(WHY_NOT[lent.kind]);
    if (lent.kind === 'absent') this.saidAbsent = true;
    if (again) this.askLater(before);
  }

  /** A portal that restarts is away for a moment, and then not ready for another one; at a login it may come after us. */
  private mayComeBack(kind: Exclude<LentShortcuts['kind'], 'lent'>, before: Before): boolean {
    if (kind === 'gone') return true;
    const mayBeLate = kind === 'absent' || (before === 'lost' && kind === 'ended');
    return mayBeLate && this.retryMs < LAST_RETRY_MS;
  }

  private bound(triggers: Triggers): void {
    const given = this.shortcuts.map(({ id }) => [id, triggers.get(id) ?? ''] as const);
    const keys = given.flatMap(([id, key]) => (key === '' ? [] : [`${id}: ${key}`]));
    const keyless = given.flatMap(([id, key]) => (key === '' ? [id] : []));
    if (keyless.length > 0) {
      this.ports.warn(
        'hotkeys',
        `the desktop has given no key for ${keyless.join(', ')}: choose one in its settings of keys, or ${OWN_BINDING}`,
      );
    }
    if (keys.length > 0) this.ports.tell(`keys of the desktop: ${keys.join(', ')}`);
    const detail = [...keys, ...keyless.map((id) => `${id}: no key yet`)].join(', ');
    this.standing = { by: 'portal', detail };
  }

  private lost(heldMs: number): void {
    this.letGo();
    if (this.closed) return;
    if (heldMs > LAST_RETRY_MS) this.retryMs = FIRST_RETRY_MS;
    this.stand(TAKEN);
    this.say(TAKEN);
    this.askLater('lost');
  }

  private askLater(before: Before): void {
    this.timer = setTimeout(() => void this.ask(before), this.retryMs);
    this.timer.unref();
    this.retryMs = Math.min(2 * this.retryMs, LAST_RETRY_MS);
  }

  private stand(reason: string): void {
    this.standing = { by: 'desktop', detail: `${reason}; ${OWN_BINDING}` };
  }

  private say(reason: string): void {
    this.ports.warn('hotkeys', `[hotkeys]: ${reason}; ${OWN_BINDING}`);
  }

  private pressed(id: string): void {
    const { core } = this.ports;
    if (id === TOGGLE) core.toggleKey.press();
    if (id !== PUSH_TO_TALK) return;
    core.loop.post(() => {
      // A take that runs already is not ours to end.
      if (!core.dictation.isRecording) this.held = core.startRecording();
    });
  }

  private released(id: string): void {
    if (id === PUSH_TO_TALK) this.letGo();
  }

  /** Whoever has let go, or can't be heard letting go any more, has spoken to the end. */
  private letGo(): void {
    const { core } = this.ports;
    core.loop.post(() => {
      if (this.held !== null && core.dictation.session === this.held) core.stopRecording();
      this.held = null;
    });
  }
}

/** The names of the keys in the configuration, and of the shortcuts on the bus. */
const TOGGLE = 'toggle';
const PUSH_TO_TALK = 'push_to_talk';

function wishes({ toggle, pushToTalk }: HotkeyPorts['keys']): readonly Shortcut[] {
  const all = [
    [TOGGLE, toggle, 'Start or stop dictation'],
    [PUSH_TO_TALK, pushToTalk, 'Dictate while the key is held'],
  ] as const;
  return all.flatMap(([id, written, description]) =>
    written === '' ? [] : [{ id, description, trigger: toTrigger(written) }],
  );
}

const TAKEN = 'the desktop has taken the keys back: they are asked for again';
const WHY_NOT: Readonly<Record<Exclude<LentShortcuts['kind'], 'lent'>, string>> = {
  absent: 'this desktop has no portal that lends keys',
  refused: 'the desktop was told not to lend dictation its keys (the next start asks again)',
  gone: 'the desktop gave no answer about the keys',
  ended: 'the desktop gave no answer about the keys (the next start asks again)',
  nameless: 'the desktop lends keys only to installed programs: type `make install`',
};

/** Asks the desktop for the keys of the configuration, where it names any; the scope gives them back. */
export function beginHotkeys(
  environment: {
    readonly env: Env;
    readonly config: Pick<Config, 'hotkeys'>;
    readonly log: Pick<Log, 'info'>;
    readonly scope: Scope;
  },
  core: Core,
  warnings: { tell(code: string, message: string): void },
): Hotkeys {
  const { env, config, log, scope } = environment;
  const hotkeys = new Hotkeys({
    ...{ env, core, keys: config.hotkeys },
    warn: (code, message) => warnings.tell(code, message),
    tell: (message) => log.info(message),
  });
  scope.own('keys of the desktop', () => hotkeys.close());
  hotkeys.begin();
  return hotkeys;
}
