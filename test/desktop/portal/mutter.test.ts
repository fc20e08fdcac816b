import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSocket } from '../../../ts/system/desktop/display.js';
import { findOnPath } from '../../../ts/system/find-on-path.js';
import {
  type RunningProgram,
  runProgram,
  startProgram,
} from '../../../ts/system/process/process.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';
import { hasBusDaemon, startPrivateBus } from '../../system/private-bus.js';
import type { Delivered } from '../delivered.js';
import { key, LONG, TEXTS, text } from '../texts.js';
import { whyNoXSession } from '../x11/x-session.js';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const missing = ['mutter', 'Xwayland', 'pipewire'].filter(
  (each) => findOnPath(each, process.env) === null,
);
const noXSession = await whyNoXSession();
const noMutter = missing.length > 0 ? `not installed: ${missing.join(', ')}` : noXSession;
const reason = hasBusDaemon ? noMutter : 'not installed: dbus-daemon';

/** GNOME's compositor without a screen, which has no data-control: the clipboard goes by its X server, the keys by its own interface. */
describe.skipIf(reason !== null)(`typing in mutter${reason ? ` (${reason})` : ''}`, () => {
  let workspace: Workspace;
  let env: NodeJS.ProcessEnv = {};
  const running: RunningProgram[] = [];
  const start = (command: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) => {
    const program = startProgram(command, args, { env: { ...env, ...more }, stdout: 'pipe' });
    running.push(program);
    return program;
  };
  const window = () => readFileSync(workspace.file('window'), 'utf8');

  beforeAll(async () => {
    workspace = openWorkspace();
    const run = workspace.file('run');
    const bus = await startPrivateBus(run);
    env = {
      ...{ ...workspace.env, DBUS_SESSION_BUS_ADDRESS: bus.address, GSETTINGS_BACKEND: 'memory' },
      ...{ LC_ALL: 'C.UTF-8', NO_AT_BRIDGE: '1', GTK_IM_MODULE: 'gtk-im-context-simple' },
    };
    start('pipewire', []);
    const args = ['--headless', '--wayland', '--virtual-monitor', '800x600'];
    start('mutter', [...args, '--wayland-display', 'wayland-0']).stdout?.resume();
    const authority = () =>
      readdirSync(run).find((name) => name.startsWith('.mutter-Xwaylandauth'));
    await until(() => isSocket(`${run}/wayland-0`) && authority() !== undefined);
    const ofMutter = await display(`${run}/${authority()}`);
    env = {
      ...env,
      WAYLAND_DISPLAY: 'wayland-0',
      XAUTHORITY: `${run}/${authority()}`,
      DISPLAY: ofMutter,
    };
    const files = [path('../x11/window.py'), workspace.file('window'), 'window'];
    start('/usr/bin/python3', files, { GDK_BACKEND: 'wayland' });
    await until(() => existsSync(workspace.file('window')));
    mkdirSync(workspace.file('portal'));
    const portal = start(process.execPath, [path('fake-portal.mjs')], {
      ...{
        FAKE_PORTAL: workspace.file('portal'),
        FAKE_PORTAL_BUS: bus.address,
        FAKE_PORTAL_KEYS: 'mutter',
      },
    });
    await new Promise((resolve) => portal.stdout?.once('data', resolve));
    running.push({ ...portal, terminate: () => bus.stop() });
  });
  afterAll(async () => {
    for (const program of running.reverse()) await program.terminate(2_000);
    workspace?.remove();
  });

  /** The X server that listens for mutter names its file on its command line. */
  async function display(authority: string): Promise<string> {
    const { stdout } = await runProgram('ps', ['-eo', 'args'], { env, timeoutMs: 60_000 });
    const server = stdout.split('\n').find((line) => line.includes(authority));
    return /Xwayland (:\d+)/.exec(server ?? '')?.[1] ?? ':0';
  }

  async function type(deliveries: readonly unknown[]) {
    const before = window().length;
    const { stdout, stderr } = await runProgram(process.execPath, [path('../type-pieces.mjs')], {
      env: { ...env, SINK: 'portal', CALL_MS: '15000', PASTING: workspace.file('run') },
      input: JSON.stringify(deliveries),
      timeoutMs: 100_000,
    });
    expect(stderr).toBe('');
    const delivered = stdout
      .trim()
      .split('\n')
      .map((line): Delivered => JSON.parse(line));
    for (const { outcome } of delivered)
      expect(outcome).toEqual({ kind: 'delivered', by: 'portal' });
    return () => window().slice(before);
  }

  it('ten texts arrive exactly, the first one too', async () => {
    await expect.poll(await type(TEXTS.map((words) => [text(words)]))).toBe(TEXTS.join(''));
  });

  it('keys in order with the text around them', async () => {
    const arrived = await type([[text('git'), key('Return'), text('no'), key('BackSpace')]]);
    await expect.poll(arrived).toBe('git\nn');
  });

  it('5,000 characters at once', async () => {
    await expect.poll(await type([[text(LONG)]])).toBe(LONG);
  });
});

/** Looks again and again, since nothing tells when another program is ready. */
async function until(isReady: () => boolean): Promise<void> {
  for (let look = 0; !isReady(); look += 1) {
    if (look > 600) throw new Error(`not ready: ${isReady}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
