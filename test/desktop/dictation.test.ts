import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAEMON } from '../support/daemon.js';
import { recording, typedText } from '../support/speech.js';
import { Desktop, whyNoDesktop } from './session.js';

const OUTPUT = fileURLToPath(new URL('../../test-output/', import.meta.url));
const reason = whyNoDesktop();

describe.skipIf(reason !== null)(`dictation on a desktop${reason ? ` (${reason})` : ''}`, () => {
  let desktop: Desktop;
  let log = '';
  let words = '';
  beforeAll(async () => {
    desktop = await Desktop.open();
    words = desktop.workspace.file('words.tsv');
    writeFileSync(words, '');
    desktop.workspace.configure(`[voice]\nreplacements = "${words}"\n`);
    desktop.hand();
    const daemon = desktop.start(process.execPath, [DAEMON]);
    daemon.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
  });
  afterAll(() => desktop?.close());

  const state = async () =>
    /Daemon state: (\w+)/.exec((await desktop.client('status')).stdout)?.[1];

  it('types what is said into the microphone, by the key', async () => {
    await expect.poll(() => log).toContain('ready');
    await desktop.pressHotkey();
    await expect.poll(state).toBe('recording');
    for (const name of ['fox', 'report']) await desktop.play(recording(name));
    await expect.poll(desktop.window.bind(desktop)).toBe(typedText(['fox', 'report']));
    mkdirSync(OUTPUT, { recursive: true });
    await desktop.screenshot(join(OUTPUT, 'desktop.png'));
  });

  it('types the rest when the key is pressed again, its modifier still held; own words are reread', async () => {
    const before = desktop.window().length;
    writeFileSync(words, 'lunch\tbreakfast\n');
    await desktop.play(recording('garden'));
    await desktop.pressHotkey(3_000);
    await expect.poll(state).toBe('idle');
    await expect
      .poll(() => desktop.window().slice(before))
      .toBe(typedText(['garden']).replace('lunch', 'breakfast'));
  });

  it('finds nothing wrong with the desktop but its microphone, which is a monitor', async () => {
    const { stdout } = await desktop.client('doctor', '--json');
    const { checks }: { checks: { name: string; ok: boolean; detail: string }[] } =
      JSON.parse(stdout);
    for (const name of ['injector', 'session', 'model', 'python', 'sockets', 'daemon']) {
      expect(checks.find((check) => check.name === name)).toMatchObject({ ok: true });
    }
    const microphone = checks.find((check) => check.name === 'microphone');
    expect(microphone?.detail).toMatch(
      /^Monitor of .* is a monitor: it hears the loudspeakers, not you$/,
    );
  });
});
