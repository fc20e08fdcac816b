import type { FileHandle } from 'node:fs/promises';

/**
 * Writes all of `bytes` at `position`, however many calls the kernel makes of it. Throws what the disk
 * says; a part may be written then, so the same bytes can be written at the same place again.
 */
export async function writeAllAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw new Error('the disk took no bytes');
    done += bytesWritten;
  }
}
