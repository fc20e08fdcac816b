import { copyFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningProgram } from '../../../ts/system/process/process.js';
import { type DaemonProcess, heardBytes, startDaemon } from '../../support/daemon.js';
import { pcmOf, typedText, writeWav } from '../../support/speech.js';
import { whyNoXSession, XSession } from './x-session.js';

const reason = await whyNoXSession();
/** A second after the sentence; 6 s after the voice it is closed. */
const IN_THE_PAUSE_BYTES = pcmOf(['fox', 1]).length;

describe.skipIf(reason !== null)(`the right window in X11${reason ? ` (${reason})` : ''}`, () => {
  let session: XSession;
  let daemon: DaemonProcess;
  beforeEach(async () => {
    session = await XSession.open();
    const vad = '[vad]\nsilence_duration = 6.0\nendpointing = "fixed"\nspeculation = true\n';
    session.workspace.configure(vad);
    const wav = writeWav(session.workspace.file('said.wav'), pcmOf(['fox', 10]));
    daemon = startDaemon(session.workspace, ['--source', `wav:${wav}`, '--device', 'cpu'], {
      ...session.env,
    });
    await daemon.said(/ready/);
  });
  afterEach(async () => {
    await daemon?.stop();
    await session?.close();
  });

  /** Speaks, and does something in the pause behind it. */
  async function speakThen(act: () => Promise<unknown> | unknown): Promise<void> {
    await daemon.ask('start');
    const heard = () => heardBytes(session.workspace.journalDir);
    await expect.poll(heard).toBeGreaterThan(IN_THE_PAUSE_BYTES);
    await act();
  }

  const pending = async () => {
    const { pending: waiting } = await daemon.ask('pending');
    return Array.isArray(waiting) ? waiting : [];
  };
  const reasons = async () => (await pending()).map((each) => each.reason);

  it('a text is typed into the window that it was spoken into', async () => {
    await speakThen(() => {});
    await expect.poll(() => session.window()).toBe(typedText(['fox']));
  });

  it('a text whose window has lost the focus waits, and is typed where the person wants it', async () => {
    await speakThen(() => session.openWindow('other'));
    await expect.poll(reasons).toEqual(['window_changed']);
    expect(session.window() + session.window('other')).toBe('');
    const [waiting] = await pending();
    await daemon.ask('pending_type', { utterance: waiting?.id });
    await expect.poll(() => session.window('other')).toBe(typedText(['fox']));
    expect(session.window()).toBe('');
  });

  it('a text whose window was closed waits', async () => {
    await speakThen(() => session.run('xdotool', ['getactivewindow', 'windowclose']));
    await expect.poll(reasons).toEqual(['window_changed']);
    expect(session.window()).toBe('');
  });

  it('a program that locks the screen gets no text', async () => {
    // Only its name is that of a locker.
    const locker = session.workspace.file('i3lock');
    copyFileSync('/bin/sleep', locker);
    let running: RunningProgram | null = null;
    await speakThen(() => {
      running = session.start(locker, ['100']);
    });
    await expect.poll(reasons).toEqual(['screen_locked']);
    expect(running).not.toBe(null);
    expect(session.window()).toBe('');
  });
});
