import { describe, expect, it } from 'vitest';
import { guardWindows } from '../../../ts/daemon/delivery/window-guard.js';
import type { Focus } from '../../../ts/system/desktop/window/focus.js';

const window = (id: string): Focus => ({ kind: 'window', id, appId: null });
const none: Focus = { kind: 'none' };
const unknown: Focus = { kind: 'unknown' };

async function whyWithheld(spoken: Focus, now: Focus, isLocked = false, sameWindow = true) {
  const answers = [spoken, now];
  const guard = guardWindows({
    isSameWindowWanted: () => sameWindow,
    focus: async () => answers.shift() ?? now,
    lock: { prepare: () => {}, isLocked: async () => isLocked },
  });
  return (await guard.whyWithheld(guard.spokenInto()))?.reason ?? null;
}

describe('the window that a text goes to', () => {
  it.each([
    [window('1'), window('1'), null],
    [window('1'), window('2'), 'window_changed'],
    [window('1'), none, 'window_changed'],
    [none, window('1'), 'window_changed'],
    [none, none, null],
    [unknown, window('1'), null],
    [window('1'), unknown, null],
  ])('spoken into %j, now %j: %s', async (spoken, now, wanted) => {
    expect(await whyWithheld(spoken, now)).toBe(wanted);
  });

  it('is no matter with same_window = false', async () => {
    expect(await whyWithheld(window('1'), window('2'), false, false)).toBe(null);
  });

  it('is never a lock screen', async () => {
    expect(await whyWithheld(window('1'), window('1'), true)).toBe('screen_locked');
    expect(await whyWithheld(unknown, unknown, true, false)).toBe('screen_locked');
  });
});
