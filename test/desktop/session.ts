import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOnPath } from '../../ts/system/find-on-path.js';
import {
  type RunningProgram,
  type RunResult,
  runProgram,
  startProgram,
} from '../../ts/system/process/process.js';
import { CLIENT } from '../support/daemon.js';
import { openWorkspace, type Workspace } from '../support/workspace.js';

/** A desktop without a screen: sway, a sound server whose loudspeaker is the microphone, and a terminal. */
const NEEDED = [
  'sway',
  'swaymsg',
  'foot',
  'wtype',
  'wl-paste',
  'grim',
  'pulseaudio',
  'pactl',
  'paplay',
];
const STARTS_MS = 60_000;
const LOOK_EVERY_MS = 50;
/** Programs of a desktop never run as root; every Linux has this account. */
const NOBODY = 65_534;
const AS_NOBODY = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'];
/** CAP_DAC_READ_SEARCH of linux/capability.h. */
const DAC_READ_SEARCH = 1n << 2n;
const PYTHON = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const isRoot = process.getuid?.() === 0;

/** Why there can be no desktop here, or null. */
export function whyNoDesktop(): string | null {
  const wanted = isRoot ? [...NEEDED, 'setpriv'] : NEEDED;
  const missing = wanted.filter((program) => findOnPath(program, process.env) === null);
  return missing.length === 0 ? null : `not installed: ${missing.join(', ')}`;
}

export class Desktop {
  readonly workspace: Workspace;
  readonly env: NodeJS.ProcessEnv;
  readonly #running: RunningProgram[] = [];

  private constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.env = {
      ...workspace.env,
      ...{ WLR_BACKENDS: 'headless', WLR_RENDERER: 'pixman', WLR_LIBINPUT_NO_DEVICES: '1' },
      ...{ LC_ALL: 'C.UTF-8', SHELL: '/bin/sh', PULSE_RUNTIME_PATH: undefined },
    };
  }

  /** Resolves when a terminal has the focus and sound can be recorded. */
  static async open(): Promise<Desktop> {
    const desktop = new Desktop(openWorkspace());
    desktop.#writeSwayConfig();
    desktop.hand();
    await Promise.all([desktop.#startCompositor(), desktop.#startSound()]);
    await desktop.#startTerminal();
    return desktop;
  }

  /** What the keys made of the terminal's input so far. */
  window(): string {
    return readFileSync(this.workspace.file('window'), 'utf8');
  }

  /** Runs a program as the user of this desktop. */
  run(
    command: string,
    args: readonly string[],
    more: { input?: string; env?: NodeJS.ProcessEnv } = {},
  ): Promise<RunResult> {
    const [program, all] = asUser(command, args);
    const input = more.input === undefined ? {} : { input: more.input };
    return runProgram(program, all, {
      env: { ...this.env, ...more.env },
      timeoutMs: 60_000,
      ...input,
    });
  }

  /** Starts a program that ends with the desktop. */
  start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): RunningProgram {
    const [program, all] = asUser(command, args);
    const running = startProgram(program, all, {
      env: { ...this.env, ...env },
      stdout: 'pipe',
      stderr: 'pipe',
    });
    this.#running.push(running);
    return running;
  }

  client(...args: string[]): Promise<RunResult> {
    return this.run(process.execPath, [CLIENT, ...args]);
  }

  /** Presses Mod4+d, which the compositor binds to `swictation toggle`. */
  async pressHotkey(heldMs = 20): Promise<void> {
    const keys = ['-M', 'logo', '-k', 'd', '-s', String(heldMs), '-m', 'logo'];
    const { code, stderr } = await this.run('wtype', keys);
    if (code !== 0) throw new Error(`wtype: ${stderr}`);
  }

  async play(wav: string): Promise<void> {
    const { code, stderr } = await this.run('paplay', [wav]);
    if (code !== 0) throw new Error(`paplay: ${stderr}`);
  }

  async screenshot(path: string): Promise<void> {
    const file = this.workspace.file('screen.png');
    const { code, stderr } = await this.run('grim', [file]);
    if (code !== 0) throw new Error(`grim: ${stderr}`);
    writeFileSync(path, readFileSync(file));
  }

  /** Everything in the workspace belongs to the user of this desktop. */
  hand(folder = this.workspace.dir): void {
    if (!isRoot) return;
    chownSync(folder, NOBODY, NOBODY);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) this.hand(path);
      else chownSync(path, NOBODY, NOBODY);
    }
  }

  async close(): Promise<void> {
    for (const program of this.#running.reverse()) await program.terminate(3_000);
    this.workspace.remove();
  }

  #writeSwayConfig(): void {
    const command = `${process.execPath} ${CLIENT} toggle`;
    const lines = [
      'xwayland disable',
      'output * resolution 1024x640',
      `bindsym Mod4+d exec ${command}`,
      `bindsym Mod4+Shift+Left exec touch ${this.workspace.file('super-shift-left')}`,
    ];
    writeFileSync(this.workspace.file('sway.conf'), `${lines.join('\n')}\n`);
  }

  async #startCompositor(): Promise<void> {
    const sway = this.start('sway', ['--config', this.workspace.file('sway.conf')]);
    const run = join(this.workspace.dir, 'run');
    await until('sway', sway, () => nameIn(run, /^wayland-\d+$/) && nameIn(run, /^sway-ipc/));
    this.env.WAYLAND_DISPLAY = nameIn(run, /^wayland-\d+$/) ?? undefined;
    this.env.SWAYSOCK = join(run, nameIn(run, /^sway-ipc/) ?? '');
  }

  async #startSound(): Promise<void> {
    const modules = ['module-native-protocol-unix', 'module-null-sink sink_name=speaker'];
    const load = modules.flatMap((module) => ['-L', module]);
    const options = ['-n', '--daemonize=no', '--exit-idle-time=-1', '--disable-shm=yes'];
    const server = this.start('pulseaudio', [...options, '--use-pid-file=no', ...load]);
    await until('pulseaudio', server, async () => {
      const { stdout } = await this.run('pactl', ['list', 'short', 'sources']);
      return stdout.includes('speaker.monitor');
    });
  }

  /** Raw: every key arrives as the bytes that the terminal makes of it, and is shown. */
  async #startTerminal(): Promise<void> {
    const window = this.workspace.file('window');
    const script = `stty raw -echo && exec tee ${window}`;
    const foot = this.start('foot', ['--log-level=error', 'sh', '-c', script]);
    await until('foot', foot, async () => {
      if (!existsSync(window)) return false;
      const { stdout } = await this.run('swaymsg', ['-t', 'get_tree']);
      return /"focused": true[^}]*"app_id": "foot"|"app_id": "foot"/.test(stdout);
    });
  }
}

/** A program in a folder of the workspace that is put first on PATH. */
export function plantProgram(desktop: Desktop, name: string, script: string): NodeJS.ProcessEnv {
  const folder = desktop.workspace.file('bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), script);
  chmodSync(join(folder, name), 0o755);
  desktop.hand(folder);
  return { PATH: `${folder}:${process.env.PATH}` };
}

function asUser(command: string, args: readonly string[]): [string, readonly string[]] {
  if (!isRoot) return [command, args];
  return ['setpriv', [...AS_NOBODY, ...readsAll(), '--', command, ...args]];
}

/** For a checkout, or an interpreter, that only root can read: the user may read it then, and nothing else. */
function readsAll(): readonly string[] {
  const needed = [fileURLToPath(new URL('.', import.meta.url)), process.execPath, PYTHON];
  if (needed.map((path) => realpathSync(path)).every(isReachable)) return [];
  const allowed = BigInt(
    `0x${/^CapBnd:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]}`,
  );
  const capability = (allowed & DAC_READ_SEARCH) === 0n ? '+dac_override' : '+dac_read_search';
  const caps = [`--inh-caps=${capability}`, `--ambient-caps=${capability}`];
  // Without it access(2), which asks whether a program can be run, forgets the capability.
  return [...caps, '--securebits=+no_setuid_fixup'];
}

/** Every folder above lets others in. */
function isReachable(path: string): boolean {
  if (path === '/') return true;
  return (statSync(path).mode & 0o005) === 0o005 && isReachable(dirname(path));
}

function nameIn(folder: string, pattern: RegExp): string | null {
  return readdirSync(folder).find((name) => pattern.test(name)) ?? null;
}

/** Looks again and again, since nothing tells when another program is ready. */
async function until(name: string, program: RunningProgram, isReady: () => unknown): Promise<void> {
  const said: string[] = [];
  program.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const ended = program.exited.then(() => true);
  const lastMs = performance.now() + STARTS_MS;
  while (performance.now() < lastMs) {
    if (await isReady()) return;
    const pause = new Promise<false>((resolve) => setTimeout(() => resolve(false), LOOK_EVERY_MS));
    if (await Promise.race([ended, pause])) break;
  }
  throw new Error(`${name} did not start: ${said.join('')}`);
}
