import { dirname } from 'node:path';
import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ } from '../../domain/units.js';
import type { Disk } from '../disk.js';
import { DRAFT_SUFFIX } from '../names.js';

/** RIFF header, `fmt ` chunk of 16 bytes, header of the `data` chunk. */
export const WAV_HEADER_BYTES = 44;

/** Writes `pcm` (s16le, 16 kHz, mono) as a WAV file that is whole as soon as it has its name; the name is durable too. */
export async function writeWavFile(disk: Disk, path: string, pcm: Buffer): Promise<void> {
  const draft = `${path}${DRAFT_SUFFIX}`;
  try {
    const file = await disk.open(draft, 'w');
    try {
      await file.write(Buffer.concat([wavHeader(pcm.length), pcm]), 0);
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

function wavHeader(pcmBytes: number): Buffer {
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(WAV_HEADER_BYTES - 8 + pcmBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE_HZ, 24);
  header.writeUInt32LE(SAMPLE_RATE_HZ * BYTES_PER_SAMPLE, 28);
  header.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  header.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(pcmBytes, 40);
  return header;
}
