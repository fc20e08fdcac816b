import { existsSync, readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findOnPath } from '../../ts/system/find-on-path.js';
import { DAEMON } from '../support/daemon.js';
import { recording } from '../support/speech.js';
import { Desktop, whyNoDesktop } from './session.js';

const reason = whyNoDesktop();
const noLocker = findOnPath('swaylock', process.env) === null;

describe.skipIf(reason !== null)(`the right window${reason ? ` (${reason})` : ''}`, () => {
  let desktop: Desktop;
  let log = '';
  beforeEach(async () => {
    desktop = await Desktop.open();
    log = '';
    // A pause of 6 s closes a sentence: time enough to go to another window, also on a busy machine.
    const vad = '[vad]\nsilence_duration = 6.0\nendpointing = "fixed"\nspeculation = true\n';
    desktop.workspace.configure(vad);
    desktop.hand();
    const daemon = desktop.start(process.execPath, [DAEMON]);
    daemon.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    await expect.poll(() => log).toContain('ready');
  });
  afterEach(() => desktop?.close());

  /** A second terminal, which takes the focus. */
  async function openOther(): Promise<() => string> {
    const file = desktop.workspace.file('other');
    desktop.start('foot', ['--log-level=error', 'sh', '-c', `stty raw -echo && exec tee ${file}`]);
    await expect.poll(() => existsSync(file) && statSync(file).isFile()).toBe(true);
    return () => readFileSync(file, 'utf8');
  }

  /** Speaks, and does something in the pause behind it. */
  async function speakThen(after: () => Promise<unknown>): Promise<void> {
    await desktop.client('start');
    await desktop.play(recording('fox'));
    await new Promise((resolve) => setTimeout(resolve, 900));
    await after();
  }

  const pending = async (): Promise<{ reason: string; text: string | null }[]> =>
    JSON.parse((await desktop.client('pending', '--json')).stdout);
  const reasons = async () => (await pending()).map((each) => each.reason);

  it('a text whose window has lost the focus waits; one command types it where the person wants it', async () => {
    let other = () => '';
    await speakThen(async () => {
      other = await openOther();
    });
    await expect.poll(reasons).toEqual(['window_changed']);
    expect(log).toContain('swictation pending type last');
    expect(desktop.window() + other()).toBe('');
    await desktop.client('pending', 'type', 'last');
    await expect.poll(other).toMatch(/the lazy dog $/);
    expect(await pending()).toEqual([]);
    expect(desktop.window()).toBe('');
  });

  it('a text whose window was closed waits', async () => {
    await speakThen(() => desktop.run('swaymsg', ['kill']));
    await expect.poll(reasons).toEqual(['window_changed']);
  });

  it('a text is typed into the window that it was spoken into', async () => {
    await speakThen(async () => {});
    await expect.poll(() => desktop.window()).toMatch(/the lazy dog $/);
  });

  it.skipIf(noLocker)('a lock screen never gets text', async () => {
    await speakThen(async () => {
      desktop.start('swaylock', ['--color', '000000']);
    });
    await expect.poll(reasons).toEqual(['screen_locked']);
    const { code, stderr } = await desktop.client('pending', 'type', 'last');
    expect([code, stderr]).toEqual([1, expect.stringContaining('locked')]);
    expect(desktop.window()).toBe('');
  });
});
