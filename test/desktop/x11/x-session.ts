import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TypedPiece } from '../../../ts/domain/keys.js';
import { findOnPath } from '../../../ts/system/find-on-path.js';
import {
  type RunningProgram,
  type RunResult,
  runProgram,
  startProgram,
} from '../../../ts/system/process/process.js';
import { openWorkspace, type Workspace } from '../../support/workspace.js';
import type { Delivered } from '../delivered.js';

const WINDOW = fileURLToPath(new URL('window.py', import.meta.url));
const FEEDER = fileURLToPath(new URL('../type-pieces.mjs', import.meta.url));
/** The interpreter that Debian's packages are for. */
const PYTHON = '/usr/bin/python3';
const NEEDED = ['Xvfb', 'openbox', 'xdotool', 'xclip', 'xprop', 'setxkbmap'];
const LOOK_EVERY_MS = 50;
const STARTS_MS = 60_000;

/** Why there can be no X session here, or null. */
export async function whyNoXSession(): Promise<string | null> {
  const missing = NEEDED.filter((program) => findOnPath(program, process.env) === null);
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  const script = "import gi; gi.require_version('Gtk', '3.0')";
  const { code } = await runProgram(PYTHON, ['-c', script], {
    env: process.env,
    timeoutMs: 60_000,
  });
  return code === 0 ? null : 'not installed: python3-gi, gir1.2-gtk-3.0';
}

/** A real X server without a screen, a window manager, and a window with a text in it. */
export class XSession {
  readonly workspace: Workspace = openWorkspace();
  readonly env: NodeJS.ProcessEnv;
  readonly #running: RunningProgram[] = [];

  private constructor() {
    this.env = {
      ...this.workspace.env,
      ...{ LC_ALL: 'C.UTF-8', GTK_IM_MODULE: 'gtk-im-context-simple', NO_AT_BRIDGE: '1' },
      ...{ GDK_BACKEND: 'x11', DBUS_SESSION_BUS_ADDRESS: undefined },
    };
  }

  static async open(): Promise<XSession> {
    const session = new XSession();
    const args = ['-displayfd', '3', '-screen', '0', '800x600x24', '-nolisten', 'tcp'];
    const number = session.workspace.file('display');
    session.start('sh', ['-c', `exec Xvfb ${args.join(' ')} 3>${number}`]);
    await session.until(() => existsSync(number) && /^\d+\n$/.test(readFileSync(number, 'utf8')));
    session.env.DISPLAY = `:${readFileSync(number, 'utf8').trim()}`;
    session.start('openbox', ['--sm-disable']);
    await session.until(async () => (await session.root('_NET_SUPPORTING_WM_CHECK')).includes('#'));
    await session.openWindow('window');
    return session;
  }

  /** A window, which gets the focus; its content is in the file of that name. */
  async openWindow(name: string): Promise<RunningProgram> {
    const program = this.start(PYTHON, [WINDOW, this.workspace.file(name), name]);
    await this.until(async () => {
      if (!existsSync(this.workspace.file(name))) return false;
      const id = /0x[0-9a-f]+/.exec(await this.root('_NET_ACTIVE_WINDOW'))?.[0] ?? '0x0';
      return (await this.run('xprop', ['-id', id, 'WM_NAME'])).stdout.includes(`"${name}"`);
    });
    return program;
  }

  window(name = 'window'): string {
    return readFileSync(this.workspace.file(name), 'utf8');
  }

  async setLayout(layout: string, variant = ''): Promise<void> {
    const { code, stderr } = await this.run('setxkbmap', [layout, '-variant', variant]);
    if (code !== 0) throw new Error(stderr);
  }

  async copy(text: string): Promise<void> {
    const file = this.workspace.file('copied');
    writeFileSync(file, text);
    await this.run('sh', ['-c', `xclip -selection clipboard <'${file}' >/dev/null 2>&1`]);
  }

  async clipboard(): Promise<string> {
    return (await this.run('xclip', ['-selection', 'clipboard', '-o'])).stdout;
  }

  /** Types with the built chain, as a daemon that begins with these texts and ends after them. */
  async type(
    deliveries: readonly (readonly TypedPiece[])[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<{ readonly delivered: readonly Delivered[]; arrived(): string }> {
    const before = this.window().length;
    const { stdout, stderr } = await this.run(process.execPath, [FEEDER], {
      input: JSON.stringify(deliveries),
      env: { CALL_MS: '15000', ...env },
    });
    if (stderr !== '') throw new Error(stderr);
    const delivered = stdout
      .trim()
      .split('\n')
      .map((line): Delivered => JSON.parse(line));
    return { delivered, arrived: () => this.window().slice(before) };
  }

  run(
    command: string,
    args: readonly string[],
    more: { input?: string; env?: NodeJS.ProcessEnv } = {},
  ): Promise<RunResult> {
    const input = more.input === undefined ? {} : { input: more.input };
    const env = { ...this.env, ...more.env };
    return runProgram(command, args, { env, timeoutMs: 100_000, ...input });
  }

  start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): RunningProgram {
    const running = startProgram(command, args, {
      env: { ...this.env, ...env },
      ...{ stdout: 'pipe', stderr: 'pipe' },
    });
    running.stdout?.resume();
    this.#running.push(running);
    return running;
  }

  /** Looks again and again, since nothing tells when another program is ready. */
  async until(isReady: () => unknown): Promise<void> {
    const lastMs = performance.now() + STARTS_MS;
    while (!(await isReady())) {
      if (performance.now() > lastMs) throw new Error(`not ready: ${isReady}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  async close(): Promise<void> {
    for (const program of this.#running.reverse()) await program.terminate(3_000);
    this.workspace.remove();
  }

  private async root(property: string): Promise<string> {
    return (await this.run('xprop', ['-root', property])).stdout;
  }
}
