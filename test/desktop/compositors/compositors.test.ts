import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { focusedWindow } from '../../../ts/system/desktop/window/focused-window.js';
import { currentLayout } from '../../../ts/system/desktop/window/layout.js';
import { startDaemon, textOf } from '../../support/daemon.js';
import { pcmOf, typedText, writeWav } from '../../support/speech.js';
import { openWorkspace } from '../../support/workspace.js';
import { fakeHyprland, fakeNiri } from './fakes.js';

const BIN = fileURLToPath(new URL('../../fixtures/bin', import.meta.url));
const HERE = { id: 7, appId: 'foot' };
const ELSEWHERE = { id: 8, appId: 'firefox' };

describe.each([
  ['niri', fakeNiri],
  ['Hyprland', fakeHyprland],
])('%s', (_name, open) => {
  async function openSession() {
    const workspace = openWorkspace();
    onTestFinished(() => workspace.remove());
    const compositor = await open(workspace.file('run'));
    const found = { WAYLAND_DISPLAY: 'wayland-1', SWAYSOCK: undefined, ...compositor.env };
    const env = { ...workspace.env, ...found };
    return { compositor, env, found, workspace };
  }

  it('tells which window has the focus, and the layout; also a service that does not know its socket', async () => {
    const { compositor, env } = await openSession();
    const nameless = { ...env, NIRI_SOCKET: undefined, HYPRLAND_INSTANCE_SIGNATURE: undefined };
    expect(await focusedWindow(env)).toEqual({ kind: 'none' });
    compositor.focus(HERE);
    const here = await focusedWindow(env);
    expect(here).toMatchObject({ kind: 'window', appId: 'foot' });
    expect(await focusedWindow(nameless)).toEqual(here);
    compositor.focus(ELSEWHERE);
    expect(await focusedWindow(env)).not.toEqual(here);
    compositor.layout('German');
    expect(await currentLayout(env)).toBe('German');
    expect(compositor.wrong).toEqual([]);
  });

  /** Speaks a sentence whose pause is long enough to go to another window. */
  async function speak() {
    const session = await openSession();
    const { compositor, found, workspace } = session;
    const vad = '[vad]\nsilence_duration = 5.0\nendpointing = "fixed"\nspeculation = true\n';
    workspace.configure(vad);
    compositor.focus(HERE);
    const wav = writeWav(workspace.file('said.wav'), pcmOf(['fox', 9]));
    const daemon = startDaemon(
      workspace,
      ['--source', `wav:${wav}`, '--device', 'cpu', '--sink', 'wtype'],
      {
        ...{
          ...found,
          PATH: `${BIN}:${process.env.PATH}`,
          INJECT_DIR: workspace.dir,
          INJECT_SCRIPT: '{}',
        },
      },
    );
    onTestFinished(async () => void (await daemon.stop()));
    await daemon.said(/ready/);
    await daemon.ask('start');
    // It is asked at the end of the voice; the sentence is closed 5 s later.
    await expect.poll(() => compositor.asked).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 700));
    const pending = async () => {
      const { pending: waiting } = await daemon.ask('pending');
      return Array.isArray(waiting) ? waiting.map((each) => each.reason) : [];
    };
    return { ...session, daemon, pending, typed: () => textOf(workspace.file('window')) };
  }

  it.each([
    ['another window', ELSEWHERE],
    ['none: it was closed', null],
  ])(
    'a text whose window has lost the focus to %s waits, and nothing is typed',
    async (_to, window) => {
      const { compositor, daemon, pending, typed } = await speak();
      compositor.focus(window);
      await expect.poll(pending).toEqual(['window_changed']);
      expect(typed()).toBe('');
      compositor.focus(HERE);
      await daemon.ask('pending_type', { utterance: await firstId(daemon) });
      await expect.poll(typed).toBe(typedText(['fox']));
      expect(compositor.wrong).toEqual([]);
    },
  );

  it('a text is typed into the window that it was spoken into', async () => {
    const { typed } = await speak();
    await expect.poll(typed).toBe(typedText(['fox']));
  });
});

async function firstId(daemon: ReturnType<typeof startDaemon>): Promise<number> {
  const { pending } = await daemon.ask('pending');
  return Array.isArray(pending) ? Number(pending[0]?.id) : 0;
}
