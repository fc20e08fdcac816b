import { dirname } from 'node:path';
import { toWav } from '../../protocol/wav.js';
import type { Disk } from '../disk.js';
import { DRAFT_SUFFIX } from '../names.js';

/** Writes `pcm` (s16le, 16 kHz, mono) as a WAV file that is whole as soon as it has its name; the name is durable too. */
export async function writeWavFile(disk: Disk, path: string, pcm: Buffer): Promise<void> {
  const draft = `${path}${DRAFT_SUFFIX}`;
  try {
    const file = await disk.open(draft, 'w');
    try {
      await file.write(toWav(pcm), 0);
      await file.datasync();
    } finally {
      await file.close();
    }
    await disk.rename(draft, path);
    await disk.syncFolder(dirname(path));
  } catch (cause) {
    await disk.unlink(draft).catch(() => {});
    throw cause;
  }
}
