import { expect, it } from 'vitest';
import { Scratching } from '../../../ts/daemon/delivery/scratching.js';
import type { TypedPiece } from '../../../ts/domain/keys.js';
import type { Focus } from '../../../ts/system/desktop/window/focus.js';
import { readScratch, withoutEscape } from '../../../ts/voice/scratch.js';

const text = (words: string): TypedPiece => ({ kind: 'text', text: words });
const windowed = (id: string): Focus => ({ kind: 'window', id, appId: null });

function desk(first: Focus = windowed('a')) {
  const world = { nowS: 0, focus: first };
  const scratching = new Scratching({
    nowS: () => world.nowS,
    focus: () => Promise.resolve(world.focus),
  });
  /** What "scratch that" would press now, or why it would not. */
  const ask = async () => {
    const plan = scratching.plan();
    if (typeof plan === 'string') return plan;
    const reason = await plan.check();
    if (reason !== null) return reason;
    return plan.pieces.reduce(
      (sum, piece) => sum + (piece.kind === 'key' ? (piece.times ?? 1) : 0),
      0,
    );
  };
  const type = (pieces: readonly TypedPiece[], by = 'wtype') => {
    scratching.begin(false);
    scratching.typed(pieces, by);
  };
  return { world, scratching, ask, type };
}

it('one BackSpace for each character, at most forty a call', async () => {
  const { scratching, ask, type } = desk();
  type([text('hello world ')]);
  expect(await ask()).toBe(12);
  type([text('x'.repeat(95))]);
  expect(await ask()).toBe(95);
  const plan = scratching.plan();
  if (typeof plan === 'string') throw new Error(plan);
  expect(plan.pieces).toHaveLength(3);
});

it.each([
  ['nothing typed', () => {}, 'nothing was typed yet'],
  ['pasted', (d: ReturnType<typeof desk>) => d.type([text('a')], 'clipboard'), /not typed by keys/],
  ['a file', (d: ReturnType<typeof desk>) => d.type([text('a')], 'file:/x'), /not typed by keys/],
  [
    'keys',
    (d: ReturnType<typeof desk>) => d.type([text('a'), { kind: 'key', key: 'Return' }]),
    /had keys/,
  ],
  ['a flag', (d: ReturnType<typeof desk>) => d.type([text('🇩🇪')]), /signs of several characters/],
  ['a decomposed accent', (d: ReturnType<typeof desk>) => d.type([text('e\u0301')]), /several/],
  [
    '61 s',
    (d: ReturnType<typeof desk>) => {
      d.type([text('a')]);
      d.world.nowS = 61;
    },
    /more than 60 s ago/,
  ],
])('takes nothing back: %s', async (_, happens, reason) => {
  const all = desk();
  happens(all);
  expect(await all.ask()).toMatch(reason);
});

it.each([
  [windowed('b'), /another window/],
  [{ kind: 'none' } as const, /another window/],
  [{ kind: 'unknown' } as const, /another window/],
])('takes nothing back where the focus is %j now', async (now, reason) => {
  const { world, ask, type } = desk();
  type([text('a')]);
  await Promise.resolve();
  world.focus = now;
  expect(await ask()).toMatch(reason);
});

it('takes nothing back where the focus changed while it was typed', async () => {
  const { world, scratching, ask } = desk();
  scratching.begin(false);
  world.focus = windowed('b');
  scratching.typed([text('a')], 'wtype');
  expect(await ask()).toMatch(/another window/);
});

it('where nobody tells the focus it has 15 s', async () => {
  const { world, ask, type } = desk({ kind: 'unknown' });
  type([text('ab')]);
  world.nowS = 14;
  expect(await ask()).toBe(2);
  world.nowS = 16;
  expect(await ask()).toMatch(/does not tell/);
});

it('is the whole utterance, or words behind the escape', () => {
  expect(['scratch that', 'Scratch that.', 'scratch, that'].map(readScratch)).toEqual(
    Array(3).fill('command'),
  );
  expect(readScratch('literally scratch that')).toBe('escaped');
  expect(withoutEscape('Literally scratch that.')).toBe('scratch that.');
  for (const other of ['scratch that itch', 'please scratch that', 'scratch', '']) {
    expect(readScratch(other)).toBeNull();
  }
});
