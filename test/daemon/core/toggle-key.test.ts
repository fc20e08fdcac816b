import { describe, expect, it } from 'vitest';
import { Loop } from '../../../ts/daemon/core/loop.js';
import { ToggleKey } from '../../../ts/daemon/core/toggle-key.js';

/** A daemon that only records or not, and a clock. */
function open() {
  let nowS = 100;
  let recording = false;
  let session = 0;
  const loop = new Loop(
    () => {},
    (error) => {
      throw error;
    },
  );
  const parts = {
    loop,
    dictation: {
      get isRecording() {
        return recording;
      },
    },
    get state() {
      return recording ? ('recording' as const) : ('idle' as const);
    },
    startRecording() {
      recording = true;
      session += 1;
      return session;
    },
    stopRecording() {
      recording = false;
      return session;
    },
  };
  const key = new ToggleKey(parts, () => nowS);
  return {
    parts,
    at: (ms: number) => {
      nowS = 100 + ms / 1e3;
      key.press();
      return `${parts.state} ${session}`;
    },
    key,
  };
}

describe('the key that starts and ends a take', () => {
  it('a second press within 150 ms is the first one, and gets its answer', () => {
    const { at } = open();
    expect([at(0), at(20), at(149)]).toEqual(Array(3).fill('recording 1'));
    expect([at(1_000), at(1_100)]).toEqual(['idle 1', 'idle 1']);
  });

  it('presses that are more than 150 ms apart all count, whatever came between', () => {
    const { at } = open();
    expect(at(0)).toBe('recording 1');
    expect(at(100)).toBe('recording 1');
    expect(at(151)).toBe('idle 1');
    expect(at(310)).toBe('recording 2');
  });

  it('a press after somebody else has ended the take is no bounce', () => {
    const { at, parts } = open();
    expect(at(0)).toBe('recording 1');
    parts.stopRecording();
    expect(at(50)).toBe('recording 2');
  });

  it('counts from when it was pressed, not from its turn', () => {
    const { at, parts } = open();
    parts.loop.post(() => void [at(0), at(200)]);
    expect(parts.state).toBe('idle');
  });

  it('of a program each toggle counts, however quick it is', async () => {
    const { at, key } = open();
    const toggle = () => key.toggle(({ state, session }) => `${state} ${session}`);
    expect(await Promise.all([toggle(), toggle(), toggle()])).toEqual([
      'recording 1',
      'idle 1',
      'recording 2',
    ]);
    expect(at(10)).toBe('idle 2');
  });
});
