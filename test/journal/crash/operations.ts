import { basename } from 'node:path';
import { type Disk, type DiskFile, REAL_DISK } from '../../../ts/journal/disk.js';

/** One change of the folder, in the order in which it was asked for. `file` numbers files as inodes do, whatever their names. */
export type Operation =
  | { readonly kind: 'create'; readonly name: string; readonly file: number }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string; readonly file: number }
  | { readonly kind: 'unlink'; readonly name: string }
  | { readonly kind: 'write'; readonly file: number; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: number; readonly length: number }
  | { readonly kind: 'sync'; readonly file: number }
  | { readonly kind: 'syncFolder' };

/** Writes down all that is asked of a disk, and hands it on to another one, flushes left out. */
export class RecordingDisk implements Disk {
  readonly operations: Operation[] = [];
  private readonly names: Map<string, number>;
  private files: number;

  /** `names`: the files that are there already, by their numbers. */
  constructor(
    private readonly disk: Pick<Disk, 'open' | 'rename' | 'unlink'>,
    names: ReadonlyMap<string, number> = new Map(),
  ) {
    this.names = new Map(names);
    this.files = Math.max(0, ...names.values());
  }

  async open(path: string, mode: 'w' | 'r+'): Promise<DiskFile> {
    const name = basename(path);
    const known = this.names.get(name);
    const handle = await this.disk.open(path, mode);
    if (known === undefined) return this.wrap(this.create(name), handle);
    if (mode === 'w') this.operations.push({ kind: 'truncate', file: known, length: 0 });
    return this.wrap(known, handle);
  }

  async rename(from: string, to: string): Promise<void> {
    const file = this.names.get(basename(from)) ?? 0;
    this.names.delete(basename(from));
    this.names.set(basename(to), file);
    this.operations.push({ kind: 'rename', from: basename(from), to: basename(to), file });
    await this.disk.rename(from, to);
  }

  async unlink(path: string): Promise<void> {
    if (this.names.delete(basename(path))) {
      this.operations.push({ kind: 'unlink', name: basename(path) });
    }
    await this.disk.unlink(path);
  }

  async syncFolder(): Promise<void> {
    await Promise.resolve();
    this.operations.push({ kind: 'syncFolder' });
  }

  private create(name: string): number {
    this.files += 1;
    this.names.set(name, this.files);
    this.operations.push({ kind: 'create', name, file: this.files });
    return this.files;
  }

  private wrap(file: number, handle: DiskFile): DiskFile {
    return {
      write: async (bytes, at) => {
        this.operations.push({ kind: 'write', file, at, bytes: Buffer.from(bytes) });
        await handle.write(bytes, at);
      },
      truncate: async (length) => {
        this.operations.push({ kind: 'truncate', file, length });
        await handle.truncate(length);
      },
      datasync: async () => {
        await Promise.resolve();
        this.operations.push({ kind: 'sync', file });
      },
      close: () => handle.close(),
    };
  }
}

const NO_FILE: DiskFile = {
  write: () => Promise.resolve(),
  truncate: () => Promise.resolve(),
  datasync: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/**
 * A disk on which nothing happens, so that what is read stays as a crash left it; the next state is laid out soon. Only WAV
 * files come into being: the journal reads them in place of the sound that they were cut out of.
 */
export const NO_DISK: Pick<Disk, 'open' | 'rename' | 'unlink'> = {
  open: (path, mode) =>
    path.endsWith('.part') ? REAL_DISK.open(path, mode) : Promise.resolve(NO_FILE),
  rename: (from, to) => (to.endsWith('.wav') ? REAL_DISK.rename(from, to) : Promise.resolve()),
  unlink: () => Promise.resolve(),
};
