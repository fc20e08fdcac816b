import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { key, LAYOUTS, LONG, TEXTS, text } from '../texts.js';
import { whyNoXSession, XSession } from './x-session.js';

const reason = await whyNoXSession();

describe.skipIf(reason !== null)(`typing in X11${reason ? ` (${reason})` : ''}`, () => {
  let session: XSession;
  beforeAll(async () => {
    session = await XSession.open();
  });
  afterAll(() => session?.close());

  it('ten texts arrive exactly, and the clipboard comes back', async () => {
    await session.copy('what I had copied: é');
    const { arrived, delivered } = await session.type(TEXTS.map((words) => [text(words)]));
    await expect.poll(arrived).toBe(TEXTS.join(''));
    expect(delivered.map(({ outcome }) => outcome)).toEqual(
      TEXTS.map(() => ({ kind: 'delivered', by: 'xdotool' })),
    );
    expect(await session.clipboard()).toBe('what I had copied: é');
  });

  it('5,000 characters at once', async () => {
    const { arrived } = await session.type([[text(LONG)]]);
    await expect.poll(arrived).toBe(LONG);
  });

  it.each(LAYOUTS)('exact on the layout $layout $variant', async ({ layout, variant, words }) => {
    await session.setLayout(layout, variant);
    const { arrived } = await session.type([[text(words)], [text(TEXTS[5] ?? '')]]);
    await expect.poll(arrived).toBe(words + TEXTS[5]);
    await session.setLayout('us');
  });

  it('keys in order with the text around them', async () => {
    const { arrived } = await session.type([
      [text('git'), key('Return'), text('no'), key('BackSpace'), key('Tab'), text('end')],
      [key('ctrl-a'), key('ctrl-c'), key('End'), key('ctrl-v')],
    ]);
    await expect.poll(arrived).toMatch(/^git\nn\tend.*git\nn\tend$/s);
  });
});
