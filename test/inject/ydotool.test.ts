import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { key, openDesktop, text } from './harness.js';

const PIECES = [text('hi '), key('super-shift-Left'), text('ho')];
/** wtype does not work there, as on GNOME and KDE. */
const NO_WTYPE = ['exit 1'];

/** A desktop with this version of ydotool, and its daemon unless it is left out. */
async function openWithYdotool(
  version: string,
  steps: readonly string[] = ['ok'],
  daemon: 'runs' | 'ended' | 'none' = 'runs',
) {
  const env: Record<string, string | undefined> = {
    WAYLAND_DISPLAY: 'wayland-test',
    INJECT_YDOTOOL: version,
  };
  const desktop = await openDesktop('auto', { wtype: NO_WTYPE, ydotool: steps }, env);
  const socket = join(desktop.dir, '.ydotool_socket');
  desktop.env.SWICTATION_YDOTOOL_SOCKET = socket;
  if (daemon === 'ended') await leaveSocket(socket);
  if (daemon === 'runs') {
    const server = createServer().listen(socket);
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
  }
  const typing = () => desktop.calls().filter(([name]) => name === 'ydotool');
  return { ...desktop, typing };
}

/** What a program leaves behind that was killed. */
async function leaveSocket(path: string): Promise<void> {
  const { execFileSync } = await import('node:child_process');
  const script = `import socket; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind(${JSON.stringify(path)})`;
  execFileSync('python3', ['-c', script]);
}

describe('ydotool', () => {
  it('1.x types what a US keyboard can, the rest goes on to the next one', async () => {
    const desktop = await openWithYdotool('1.2');
    const pieces = [...PIECES.slice(0, 2), text('Äh')];
    expect(await desktop.deliver(pieces)).toEqual({ kind: 'delivered', by: 'clipboard' });
    expect(desktop.window()).toBe('hi [key 125:1 42:1 105:1 105:0 42:0 125:0]');
    expect(desktop.clipboard()).toBe('Äh');
    expect(desktop.typing()[0]).toContain('--key-hold');
  });

  it('1.0 is not asked for what it does not know', async () => {
    const desktop = await openWithYdotool('1.0');
    expect(await desktop.deliver(PIECES)).toEqual({ kind: 'delivered', by: 'ydotool' });
    expect(desktop.typing().flat()).not.toContain('--key-hold');
  });

  it('0.1 is spoken to in its own words', async () => {
    const desktop = await openWithYdotool('0.1');
    expect(await desktop.deliver(PIECES)).toEqual({ kind: 'delivered', by: 'ydotool' });
    expect(desktop.window()).toBe('hi [key --delay 0 --key-delay 5 super+shift+left]ho');
  });

  it('0.1 is not given a key that it has no name for', async () => {
    const desktop = await openWithYdotool('0.1');
    expect(await desktop.deliver([text('a '), key('ctrl-space')])).toMatchObject({
      by: 'clipboard',
    });
    expect(desktop.window()).toBe('a ');
    expect(desktop.notices[0]).toMatch(/ctrl-space/);
  });

  it.each(['0.1', '1.2'])('%s without its daemon types nothing', async (version) => {
    for (const daemon of ['none', 'ended'] as const) {
      const desktop = await openWithYdotool(version, ['ok'], daemon);
      expect(await desktop.deliver(PIECES)).toEqual({ kind: 'delivered', by: 'clipboard' });
      expect(desktop.typing()).toEqual([]);
    }
  });

  it('types letters only where the layout gives them as typed, and spaces everywhere', async () => {
    for (const [layout, by] of [
      ['us', 'ydotool'],
      ['de', 'xdotool'],
      ['ru', 'xdotool'],
    ] as const) {
      const desktop = await openWithYdotool('1.2');
      // An X11 session without a clipboard program that works: what can't be pasted goes on to xdotool.
      Object.assign(desktop.env, { WAYLAND_DISPLAY: undefined, DISPLAY: ':987' });
      const says = `#!/bin/sh\nprintf 'rules: evdev\\nlayout:     ${layout}\\n'\n`;
      writeFileSync(join(desktop.dir, 'setxkbmap'), says, { mode: 0o755 });
      desktop.env.PATH = `${desktop.dir}:${desktop.env.PATH}`;
      const outcome = await desktop.deliver([text('  '), text('zy why')]);
      expect(outcome).toEqual({ kind: 'delivered', by });
      expect(desktop.window()).toBe('  zy why');
    }
  });

  it('that aborts before it has a socket has certainly typed nothing', async () => {
    const desktop = await openWithYdotool('1.2', ['abort']);
    expect(await desktop.deliver(PIECES)).toEqual({ kind: 'delivered', by: 'clipboard' });
    expect(desktop.clipboard()).toBe('hi ho');
  });

  it('whose daemon ends meanwhile leaves its text in doubt, whatever its exit code says', async () => {
    const desktop = await openWithYdotool('1.2', ['ok', 'lose']);
    const outcome = await desktop.deliver(PIECES);
    expect(outcome).toMatchObject({ kind: 'failed', piecesDone: 1, uncertain: true });
  });

  it('that does not say what it is, is not used', async () => {
    const desktop = await openWithYdotool('1.2');
    const other = join(desktop.dir, 'ydotool');
    writeFileSync(other, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    desktop.env.PATH = `${desktop.dir}:${desktop.env.PATH}`;
    expect(await desktop.deliver(PIECES)).toEqual({ kind: 'delivered', by: 'clipboard' });
  });
});

describe('a program in a script around it', () => {
  it.each([
    [137, 'unknown'],
    [1, 'next'],
  ])('that ends with %i', async (code, meaning) => {
    const desktop = await openDesktop('wtype', { wtype: ['ok', `exit ${code}`] });
    const outcome = await desktop.deliver([text('the quick brown fox jumps')]);
    expect(outcome.kind).toBe(meaning === 'unknown' ? 'failed' : 'delivered');
  });
});
