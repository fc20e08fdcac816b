import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonCommand } from '../../ts/system/python/environment.js';

const BIN = fileURLToPath(new URL('./bin', import.meta.url));
export const PROGRAMS = fileURLToPath(new URL('./programs', import.meta.url));
/** All else that the daemon and the fake programs need. Nothing of the machine's own desktop is in reach. */
const TOOLS = ['sh', 'cat', 'sleep', 'stdbuf', 'getconf'];

/** The desktop of a case: a microphone, a window that is typed into, and a PATH with nothing else on it. */
export class Desk {
  readonly dir: string;
  readonly bin: string;

  constructor(workspaceDir: string) {
    this.dir = join(workspaceDir, 'desk');
    this.bin = join(workspaceDir, 'bin');
    mkdirSync(this.dir);
    mkdirSync(this.bin);
    for (const name of ['pw-record', 'wtype', 'systemd-inhibit']) {
      symlinkSync(join(BIN, name), join(this.bin, name));
    }
    for (const name of TOOLS) this.linkTool(name);
    symlinkSync(realpathSync(pythonCommand(process.env)), join(this.bin, 'python3'));
  }

  get env(): NodeJS.ProcessEnv {
    return {
      PATH: this.bin,
      WAYLAND_DISPLAY: 'wayland-test',
      FAULT_DIR: this.dir,
      FAULT_PROGRAMS: PROGRAMS,
      REAL_PYTHON: pythonCommand(process.env),
    };
  }

  /** The speech as a file that can be played. */
  get recording(): string {
    return join(this.dir, 'speech.wav');
  }

  /** Everything that was typed so far. */
  get window(): string {
    const path = join(this.dir, 'window');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** The text that waits to be pasted. */
  get clipboard(): string {
    const path = join(this.dir, 'clipboard');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** The program that owned it is gone, as with a service that is restarted. */
  emptyClipboard(): void {
    rmSync(join(this.dir, 'clipboard'), { force: true });
  }

  get windowBytes(): number {
    return statSync(join(this.dir, 'window'), { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Samples that the microphone has handed over. */
  get position(): number {
    const path = join(this.dir, 'position');
    if (!existsSync(path)) return 0;
    const stored = readFileSync(path);
    return stored.length === 8 ? Number(stored.readBigInt64LE()) : 0;
  }

  /** Where the speaker goes on. Only while the microphone does not run. */
  set position(sample: number) {
    const stored = Buffer.alloc(8);
    stored.writeBigInt64LE(BigInt(sample));
    writeFileSync(join(this.dir, 'position'), stored);
  }

  /** Gives one of the programs its order: what they are is in test/faults/bin and programs. */
  order(program: 'mic' | 'typing' | 'corrupt', order: string): void {
    writeFileSync(join(this.dir, program), `${order}\n`);
  }

  takeBack(program: 'mic' | 'typing' | 'corrupt'): void {
    rmSync(join(this.dir, program), { force: true });
  }

  /** Takes back an order that only made time for a strike. */
  release(): void {
    const path = join(this.dir, 'typing');
    if (existsSync(path) && /hold|slow/.test(readFileSync(path, 'utf8'))) this.takeBack('typing');
  }

  /** Whether a program has not taken its order yet. */
  hasOrder(program: 'mic' | 'typing' | 'corrupt'): boolean {
    return existsSync(join(this.dir, program));
  }

  uninstall(program: string): void {
    rmSync(join(this.bin, program));
  }

  install(program: string): void {
    symlinkSync(join(BIN, program), join(this.bin, program));
  }

  private linkTool(name: string): void {
    const found = (process.env.PATH ?? '')
      .split(':')
      .map((folder) => join(folder, name))
      .find((path) => existsSync(path));
    if (found !== undefined) symlinkSync(found, join(this.bin, name));
  }
}
