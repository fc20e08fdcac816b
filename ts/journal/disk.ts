import { type FileHandle, open, rename, unlink } from 'node:fs/promises';

/** A file that is being written. */
export interface DiskFile {
  /** Writes all of `bytes` at `position`. Throws what the disk says: a part may be written then. */
  write(bytes: Buffer, position: number): Promise<void>;
  truncate(length: number): Promise<void>;
  /** What was written so far is durable, the entry of the file in its folder is not. */
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** `w` begins an empty file, `r+` goes on with one, made where there is none. */
type OpenMode = 'w' | 'r+';

/**
 * Every change of the journal's folder while it is in use goes through here, so that a test can write down in which order
 * things were written and flushed, and try every state that a crash could leave.
 */
export interface Disk {
  open(path: string, mode: OpenMode): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** New, renamed and removed names of the folder are durable. */
  syncFolder(dir: string): Promise<void>;
}

const MODE = 0o600;

export const REAL_DISK: Disk = {
  async open(path, mode) {
    if (mode === 'w') return onHandle(await open(path, 'w', MODE));
    await (await open(path, 'a', MODE)).close();
    return onHandle(await open(path, 'r+'));
  },
  rename,
  unlink,
  async syncFolder(dir) {
    try {
      const handle = await open(dir, 'r');
      await handle.sync().finally(() => handle.close());
    } catch (cause) {
      // Some file systems can't flush a folder; an entry that the disk refused is told, and tried again.
      if (cause instanceof Error && 'code' in cause && cause.code === 'EIO') throw cause;
    }
  },
};

function onHandle(handle: FileHandle): DiskFile {
  return {
    write: (bytes, position) => writeAllAt(handle, bytes, position),
    truncate: (length) => handle.truncate(length),
    datasync: () => handle.datasync(),
    close: () => handle.close(),
  };
}

/** However many calls the kernel makes of it; the same bytes can be written at the same place again. */
async function writeAllAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw new Error('the disk took no bytes');
    done += bytesWritten;
  }
}
