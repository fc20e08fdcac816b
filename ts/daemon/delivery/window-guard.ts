import type { Focus } from '../../system/desktop/window/focus.js';
import type { WindowGuard, Withheld } from '../ports.js';

export interface GuardOptions {
  /** `[inject] same_window`. */
  isSameWindowWanted(): boolean;
  focus(): Promise<Focus>;
  readonly lock: {
    /** A text is on its way. */
    prepare(): void;
    isLocked(): Promise<boolean>;
  };
}

/** Texts that go where no window is concerned: a file, a pipe. */
export const NO_GUARD: WindowGuard = { spokenInto: () => null, whyWithheld: async () => null };

/** Keeps a text from a lock screen, and from a window that the person has gone to after speaking. */
export function guardWindows({ isSameWindowWanted, focus, lock }: GuardOptions): WindowGuard {
  return {
    spokenInto() {
      lock.prepare();
      return isSameWindowWanted() ? focus() : null;
    },
    async whyWithheld(spokenInto) {
      if (await lock.isLocked()) return LOCKED;
      if (spokenInto === null) return null;
      return isSame(await spokenInto, await focus()) ? null : CHANGED;
    },
  };
}

const LOCKED: Withheld = { reason: 'screen_locked', message: 'the screen is locked' };
const CHANGED: Withheld = {
  reason: 'window_changed',
  message: 'another window has the focus than when it was spoken',
};

/** Where one of the two is not known, nothing speaks against it. */
function isSame(spoken: Focus, now: Focus): boolean {
  if (spoken.kind === 'unknown' || now.kind === 'unknown') return true;
  if (spoken.kind === 'none' || now.kind === 'none') return spoken.kind === now.kind;
  return spoken.id === now.id;
}
