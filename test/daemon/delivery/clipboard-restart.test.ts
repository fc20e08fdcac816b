import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DaemonProcess, textOf } from '../../support/daemon.js';
import { type Home, openHome } from '../../support/home.js';
import { type Part, pcmOf, SPOKEN, writeWav } from '../../support/speech.js';

const FAKES = new URL('../../fixtures/bin', import.meta.url).pathname;
const FOX = SPOKEN.get('fox') ?? '';

/** A desktop that nothing can type into; the fake wl-copy writes the file `clipboard`. */
function start(home: Home, parts: readonly Part[], ...args: string[]): DaemonProcess {
  const source = `wav:${writeWav(home.file('speech.wav'), pcmOf(parts))}`;
  const all = ['--source', source, '--fast', '--sink', 'auto', '--device', 'cpu', ...args];
  return home.start(all, {
    PATH: `${FAKES}:${process.env.PATH}`,
    WAYLAND_DISPLAY: 'wayland-test',
    INJECT_DIR: home.dir,
    INJECT_SCRIPT: '{"wtype":["exit 1"]}',
  });
}

async function pendingOf(daemon: DaemonProcess): Promise<Record<string, unknown>[]> {
  const { pending } = await daemon.ask('pending');
  return Array.isArray(pending) ? pending : [];
}

async function startIdle(home: Home): Promise<DaemonProcess> {
  const daemon = start(home, ['fox', 1]);
  await daemon.said(/ready/);
  return daemon;
}

/** Resolves when the fox is in the clipboard and the daemon knows it. */
async function dictate(home: Home, parts: readonly Part[]): Promise<DaemonProcess> {
  const daemon = start(home, parts, '--start');
  const last = async () => (await daemon.ask('last')).text;
  await daemon.said(/ready/);
  await expect.poll(last, { timeout: 60_000, interval: 200 }).toBe(FOX);
  expect(textOf(home.file('clipboard'))).toBe(`${FOX} `);
  expect(await pendingOf(daemon)).toEqual([]);
  // What a kill within the 50 ms before it leaves is in doubt, as after every kill in the middle of a delivery.
  await expect.poll(() => textOf(join(home.journalDir, 'index.log'))).toMatch(/in_clipboard/);
  return daemon;
}

describe('a text in the clipboard', () => {
  it('is offered again at the next start until it was typed or dropped', async () => {
    const home = openHome();
    await (await dictate(home, ['fox', 1])).kill();
    const second = await startIdle(home);
    const [entry] = await pendingOf(second);
    expect(entry).toMatchObject({ reason: 'in_clipboard', may_already_be_typed: false });
    expect(entry).toMatchObject({ text: FOX, pieces_done: 0 });
    await second.ask('pending_type', { id: Number(entry?.id) });
    expect(await pendingOf(second)).toEqual([]);
    await second.stop();
    const third = await startIdle(home);
    expect(await pendingOf(third)).toMatchObject([{ id: entry?.id, reason: 'in_clipboard' }]);
    await third.ask('pending_drop', { id: Number(entry?.id) });
    await third.stop();
    expect(await pendingOf(await startIdle(home))).toEqual([]);
  }, 240_000);

  it('that was replaced by the next one is not offered', async () => {
    const home = openHome();
    await (await dictate(home, ['garden', 3, 'fox', 1])).stop();
    const next = await startIdle(home);
    expect(await pendingOf(next)).toMatchObject([{ text: FOX }]);
  });
});

describe('the last text', () => {
  it('is known and can be repeated after a restart, and is private', async () => {
    const home = openHome();
    const first = await dictate(home, ['fox', 1]);
    const path = join(home.journalDir, '..', 'last-text.json');
    await expect.poll(() => textOf(path)).not.toBe('');
    await first.kill();
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(statSync(dirname(path)).mode & 0o077).toBe(0);
    for (const name of readdirSync(home.journalDir)) {
      expect(statSync(join(home.journalDir, name)).mode & 0o077).toBe(0);
    }
    const second = await startIdle(home);
    expect(await second.ask('last')).toEqual({ text: FOX });
    await second.ask('repeat');
    expect(textOf(home.file('clipboard'))).toBe(`${FOX} `);
  });
});
