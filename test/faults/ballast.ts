import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../ts/system/process/process.js';
import type { Rig } from './rig.js';

const SIZE = '2m';
const CHUNK = Buffer.alloc(4_096);
const mounted = new WeakMap<Rig, Ballast>();

/** A small disk for the journal that can be filled to the last byte. */
export class Ballast {
  private constructor(private readonly dir: string) {}

  /** Puts the journal of a rig on one. Returns why that can't be done, if so. Call it before the daemon starts. */
  static async mount(rig: Rig): Promise<string | null> {
    const dir = rig.workspace.journalDir;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const options = { timeoutMs: 60_000 };
    const args = ['-t', 'tmpfs', '-o', `size=${SIZE},mode=700`, 'tmpfs', dir];
    const result = await runProgram('mount', args, options);
    if (result.code !== 0) return 'a small tmpfs can only be mounted by root';
    rig.own(async () => {
      await runProgram('umount', ['-l', dir], options);
    });
    mounted.set(rig, new Ballast(dir));
    return null;
  }

  static of(rig: Rig): Ballast {
    const ballast = mounted.get(rig);
    if (ballast === undefined) throw new Error('no small disk was mounted');
    return ballast;
  }

  fill(): void {
    const file = openSync(join(this.dir, 'ballast'), 'a');
    try {
      for (;;) writeSync(file, CHUNK);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(join(this.dir, 'ballast'), { force: true });
  }
}
