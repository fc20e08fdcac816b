import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TypedPiece } from '../../../ts/domain/keys.js';
import { findOnPath } from '../../../ts/system/find-on-path.js';
import type { RunningProgram } from '../../../ts/system/process/process.js';
import type { Delivered } from '../delivered.js';
import { Desktop, whyNoDesktop } from '../session.js';

const PORTAL = fileURLToPath(new URL('fake-portal.mjs', import.meta.url));
const FEEDER = fileURLToPath(new URL('../type-pieces.mjs', import.meta.url));

export function whyNoPortal(): string | null {
  const missing = findOnPath('dbus-daemon', process.env) === null ? 'no dbus-daemon' : null;
  return whyNoDesktop() ?? missing;
}

/** How the portal behaves: see fake-portal.mjs. */
export type Orders = Readonly<Record<string, number | boolean | string>>;

/** A real sway with a terminal, a private bus, and the strict portal on it. */
export class PortalRig {
  private portal: RunningProgram | null = null;

  private constructor(readonly desktop: Desktop) {}

  static async open(): Promise<PortalRig> {
    const rig = new PortalRig(await Desktop.open());
    await rig.startBus();
    mkdirSync(rig.file('portal'));
    mkdirSync(rig.file('pasting'));
    rig.desktop.hand();
    await rig.startPortal();
    return rig;
  }

  file(...names: string[]): string {
    return join(this.desktop.workspace.dir, ...names);
  }

  order(orders: Orders): void {
    writeFileSync(this.file('portal', 'orders.json'), JSON.stringify(orders));
  }

  /** Nothing is remembered of what came before, by either side. */
  async reset(): Promise<void> {
    for (const name of ['orders.json', 'good', 'calls'])
      rmSync(this.file('portal', name), { force: true });
    for (const name of ['portal-token', 'clipboard-before.json']) {
      rmSync(this.file('pasting', name), { force: true });
    }
    await this.restartPortal();
  }

  async startPortal(): Promise<void> {
    const bus = `unix:socket=${this.file('run', 'bus')}`;
    const env = { FAKE_PORTAL: this.file('portal'), FAKE_PORTAL_BUS: bus };
    const portal = this.desktop.start(process.execPath, [PORTAL], env);
    this.portal = portal;
    const said: string[] = [];
    portal.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    await new Promise<void>((resolve, reject) => {
      portal.stdout?.once('data', () => resolve());
      void portal.exited.then(() => reject(new Error(`portal: ${said.join('')}`)));
    });
  }

  async restartPortal(): Promise<void> {
    await this.portal?.terminate(500);
    await this.startPortal();
  }

  /** What it was asked, one entry a call, key and question. */
  calls(): readonly Record<string, unknown>[] {
    const path = this.file('portal', 'calls');
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    return lines.map((line): Record<string, unknown> => JSON.parse(line));
  }

  questions(): number {
    return this.calls().filter(({ asked }) => asked === true).length;
  }

  wrong(): readonly unknown[] {
    return this.calls().flatMap((call) => ('wrong' in call ? [call.wrong] : []));
  }

  /** Starts to type, as a daemon that begins with these texts and ends after them. */
  async type(
    deliveries: readonly (readonly TypedPiece[])[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<{ readonly delivered: readonly Delivered[]; arrived(): string }> {
    const before = this.desktop.window().length;
    const { stdout, stderr } = await this.desktop.run(process.execPath, [FEEDER], {
      input: JSON.stringify(deliveries),
      // The machine may be busy; what has to be given up in time says so.
      env: { SINK: 'portal', PASTING: this.file('pasting'), CALL_MS: '15000', ...env },
    });
    if (stderr !== '') throw new Error(stderr);
    const lines = stdout.trim().split('\n');
    return {
      delivered: lines.map((line): Delivered => JSON.parse(line)),
      arrived: () => this.desktop.window().slice(before),
    };
  }

  async copy(content: string, type = 'text/plain'): Promise<void> {
    await this.desktop.run('wl-copy', ['--type', type], { input: content });
  }

  async clipboard(type = 'text/plain'): Promise<string> {
    return (await this.desktop.run('wl-paste', ['--no-newline', '--type', type])).stdout;
  }

  async close(): Promise<void> {
    await this.desktop.close();
  }

  private async startBus(): Promise<void> {
    const address = `unix:path=${this.file('run', 'bus')}`;
    const args = [
      '--session',
      '--nofork',
      '--nopidfile',
      '--print-address',
      `--address=${address}`,
    ];
    const bus = this.desktop.start('dbus-daemon', args);
    await new Promise<void>((resolve, reject) => {
      bus.stdout?.once('data', () => resolve());
      void bus.exited.then(() => reject(new Error('dbus-daemon ended')));
    });
    this.desktop.env.DBUS_SESSION_BUS_ADDRESS = address;
  }
}
