import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../../support/daemon.js';
import { key, LAYOUTS, LONG, TEXTS, text } from '../texts.js';
import { whyNoXSession, XSession } from '../x11/x-session.js';

const FAKES = fileURLToPath(new URL('.', import.meta.url));
const reason = await whyNoXSession();
const name = `typing by ydotool's keys${reason ? ` (${reason})` : ''}`;

describe.skipIf(reason !== null)(name, () => {
  let session: XSession;
  let env: NodeJS.ProcessEnv = {};
  beforeAll(async () => {
    session = await XSession.open();
    // As ydotoold leaves it: something listens.
    const socket = session.workspace.file('ydotoold');
    const server = createServer().listen(socket);
    await new Promise((resolve) => server.once('listening', resolve));
    server.unref();
    env = {
      PATH: `${FAKES}:${process.env.PATH}`,
      ...{
        YDOTOOL_SOCKET: socket,
        YDOTOOL_WINDOW: session.workspace.file('keys'),
        SINK: 'ydotool',
      },
    };
  });
  afterAll(() => session?.close());

  const window = () => textOf(session.workspace.file('keys'));
  const codes = () => textOf(session.workspace.file('keys.codes'));

  async function type(deliveries: Parameters<XSession['type']>[0], more: NodeJS.ProcessEnv = {}) {
    const before = window().length;
    const { delivered } = await session.type(deliveries, { ...env, ...more });
    for (const { outcome } of delivered)
      expect(outcome).toEqual({ kind: 'delivered', by: 'ydotool' });
    return window().slice(before);
  }

  it('ten texts and 5,000 characters are exact, what no keyboard has is pasted, the clipboard comes back', async () => {
    await session.copy('what I had copied: é');
    expect(await type(TEXTS.map((words) => [text(words)]))).toBe(TEXTS.join(''));
    expect(await type([[text(LONG)]])).toBe(LONG);
    expect(await session.clipboard()).toBe('what I had copied: é');
  });

  it.each(LAYOUTS)('exact on the layout $layout $variant', async ({ layout, variant, words }) => {
    await session.setLayout(layout, variant);
    const before = codes().length;
    const more = { YDOTOOL_LAYOUT: layout, YDOTOOL_VARIANT: variant };
    expect(await type([[text(words)], [text(TEXTS[1] ?? '')], [text(TEXTS[5] ?? '')]], more)).toBe(
      `${words}${TEXTS[1]}${TEXTS[5]}`,
    );
    // Typed letter by letter only where the layout gives what a US keyboard has.
    const isTyped = layout === 'us' && variant === '';
    expect(codes().slice(before).length > 500).toBe(isTyped);
    await session.setLayout('us');
  });

  it('keys in order with the text around them', async () => {
    await type([[text('a b'), key('Return'), key('ctrl-Left'), text('c')]]);
    expect(codes()).toMatch(/28:1 28:0 29:1 105:1 105:0 29:0 46:1 46:0 $/);
  });
});
