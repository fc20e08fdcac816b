import { existsSync, readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { plantProgram } from '../session.js';
import { inTerminal, key, LAYOUTS, LONG, TEXTS, text } from '../texts.js';
import { PortalRig, whyNoPortal } from './portal-rig.js';

const reason = whyNoPortal();
describe.skipIf(reason !== null)(`typing through the portal${reason ? ` (${reason})` : ''}`, () => {
  let rig: PortalRig;
  beforeAll(async () => {
    rig = await PortalRig.open();
  });
  afterAll(() => rig?.close());
  beforeEach(() => rig.reset());

  it('ten texts arrive exactly, the clipboard comes back', async () => {
    await rig.copy('what I had copied: é');
    const { delivered, arrived } = await rig.type(TEXTS.map((words) => [text(words)]));
    await expect.poll(arrived).toBe(inTerminal(TEXTS.join('')));
    expect(delivered.map(({ outcome }) => outcome)).toEqual(
      TEXTS.map(() => ({ kind: 'delivered', by: 'portal' })),
    );
    expect(await rig.clipboard()).toBe('what I had copied: é');
    expect(rig.wrong()).toEqual([]);
    expect(existsSync(rig.file('pasting', 'clipboard-before.json'))).toBe(false);
    const took = delivered.map(({ tookMs }) => Math.round(tookMs));
    console.log(`milliseconds for each text: ${took.join(' ')}`);
  });

  it('5,000 characters at once, keys in order with the text around them', async () => {
    const { arrived } = await rig.type([
      [text(LONG)],
      [text('git'), key('Return'), text('no'), key('BackSpace')],
    ]);
    await expect.poll(arrived).toBe(`${LONG}git\rno\x7f`);
  });

  it.each(LAYOUTS)('exact on the layout $layout $variant', async ({ layout, variant, words }) => {
    rig.order({ layout, variant });
    const name = variant === '' ? layout : `${layout}+${variant}`;
    const says = `#!/bin/sh\necho "[('xkb', '${name}'), ('xkb', 'us')]"\n`;
    const env = { ...plantProgram(rig.desktop, 'gsettings', says), XDG_CURRENT_DESKTOP: 'GNOME' };
    const { delivered, arrived } = await rig.type([[text(words)], [text(TEXTS[5] ?? '')]], env);
    await expect.poll(arrived).toBe(`${words}${TEXTS[5]}`);
    for (const { outcome } of delivered) expect(outcome).toMatchObject({ by: 'portal' });
    expect(rig.calls().filter((call) => 'dropped' in call)).toEqual([]);
  });

  it('a picture that was in the clipboard comes back, byte for byte', async () => {
    await rig.copy('\x89PNG\r\n\x1a\n\0\x01picture', 'image/png');
    const before = await rig.clipboard('image/png');
    const { arrived } = await rig.type([[text('beside a picture ')]]);
    await expect.poll(arrived).toBe('beside a picture ');
    expect(await rig.clipboard('image/png')).toBe(before);
  });

  it('the person is asked once; the word for it is good for once and kept from others', async () => {
    await rig.type([[text('one ')]]);
    const token = () => readFileSync(rig.file('pasting', 'portal-token'), 'utf8');
    const first = token();
    expect(statSync(rig.file('pasting', 'portal-token')).mode & 0o777).toBe(0o600);
    await rig.restartPortal();
    await rig.type([[text('two ')]]);
    expect(rig.questions()).toBe(1);
    expect(token()).not.toBe(first);
  });

  it('the space behind a sentence is a key: the clipboard is left alone', async () => {
    const { delivered, arrived } = await rig.type([[text('one')], [text(' ')], [text(',')]]);
    await expect.poll(arrived).toBe('one ,');
    expect(delivered.map(({ outcome }) => outcome.kind)).toEqual(Array(3).fill('delivered'));
    expect(rig.wrong()).toEqual([]);
    expect(rig.calls().filter((call) => 'key' in call && call.key === 'space')).toHaveLength(1);
  });

  it('a refusal: the clipboard is left alone, the text goes the next way, and nobody is asked again', async () => {
    rig.order({ refuse: true });
    const { delivered, arrived } = await rig.type([[text('one ')], [text('two ')]]);
    expect(delivered.map(({ outcome }) => outcome.kind === 'delivered' && outcome.by)).toEqual([
      'clipboard',
      'clipboard',
    ]);
    expect(arrived()).toBe('');
    expect(rig.questions()).toBe(1);
  });

  it('nobody answers the question: the text goes the next way, and the person is told', async () => {
    rig.order({ askMs: 60_000 });
    const { delivered } = await rig.type([[text('one ')]], { CALL_MS: '2500' });
    expect(delivered[0]?.outcome).toEqual({ kind: 'delivered', by: 'clipboard' });
    expect(delivered[0]?.notices.join()).toContain('allow it');
  });

  it.each([1, 2, 3])('the session is closed at key %i of a paste: once, or pending', async (n) => {
    await rig.copy('before');
    rig.order({ closeAtKey: n });
    const { delivered, arrived } = await rig.type([[text('in the middle ')], [text('and on ')]]);
    // The first goes on by the next way (the clipboard); the second is pasted in a session of its own.
    expect(delivered.map(({ outcome }) => outcome)).toEqual([
      { kind: 'delivered', by: 'clipboard' },
      { kind: 'delivered', by: 'portal' },
    ]);
    await expect.poll(arrived).toBe('and on ');
    expect(rig.questions()).toBe(1);
    expect(await rig.clipboard()).toBe('in the middle ');
  });

  it('the portal dies while it pastes: nothing twice, the clipboard comes back', async () => {
    await rig.copy('before');
    rig.order({ dieAtKey: 3 });
    const { delivered, arrived } = await rig.type([[text('who knows ')]]);
    expect(delivered[0]?.outcome).toMatchObject({ kind: 'failed', uncertain: true });
    expect(arrived()).toBe('');
    expect(await rig.clipboard()).toBe('before');
  });

  it.each([1, 2, 3])(
    'the owner of the clipboard dies at key %i of a paste: nothing twice, the clipboard comes back',
    async (n) => {
      await rig.copy('before');
      rig.order({ killOwnerAtKey: n });
      const { delivered, arrived } = await rig.type([
        [text('whose clipboard ')],
        [text('and on ')],
      ]);
      expect(delivered[0]?.outcome).toMatchObject({ kind: 'failed', uncertain: true });
      expect(delivered[1]?.outcome).toEqual({ kind: 'delivered', by: 'portal' });
      await expect.poll(arrived).toBe('and on ');
      expect(await rig.clipboard()).toBe('before');
    },
  );

  it('killed between the paste and the restoring: the next start puts it back and types nothing twice', async () => {
    await rig.copy('before the crash');
    const killed = await rig.type([[text('pasted once ')]], { DIES: '1' });
    await expect.poll(() => rig.clipboard()).toBe('');
    expect(statSync(rig.file('pasting', 'clipboard-before.json')).mode & 0o777).toBe(0o600);
    const next = await rig.type([[key('Return')]]);
    await expect.poll(next.arrived).toBe('\r');
    expect(killed.arrived()).toBe('pasted once \r');
    expect(await rig.clipboard()).toBe('before the crash');
    expect(existsSync(rig.file('pasting', 'clipboard-before.json'))).toBe(false);
  });

  it('what somebody copies meanwhile is theirs', async () => {
    await rig.copy('before');
    await rig.type([[text('pasted ')]], { DIES: '1' });
    await rig.copy('copied after the crash');
    await rig.type([[key('Return')]]);
    expect(await rig.clipboard()).toBe('copied after the crash');
  });

  it('a slow portal: the text arrives once', async () => {
    rig.order({ slowMs: 400 });
    const { delivered, arrived } = await rig.type([[text('slowly ')]]);
    expect(delivered[0]?.outcome).toEqual({ kind: 'delivered', by: 'portal' });
    await expect.poll(arrived).toBe('slowly ');
  });

  it('a portal that has become too slow: nothing is typed, and the text goes the next way', async () => {
    rig.order({ slowMs: 60_000 });
    const { delivered, arrived } = await rig.type([[text('too slow ')]], { CALL_MS: '5000' });
    expect(delivered[0]?.outcome).toEqual({ kind: 'delivered', by: 'clipboard' });
    expect(arrived()).toBe('');
  });

  it('without a portal that lends keyboards there is the next way', async () => {
    rig.order({ types: 2 });
    const { delivered } = await rig.type([[text('one ')]]);
    expect(delivered[0]?.outcome).toEqual({ kind: 'delivered', by: 'clipboard' });
  });
});
