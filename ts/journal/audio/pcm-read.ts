import { type FileHandle, open } from 'node:fs/promises';
import { BYTES_PER_SAMPLE } from '../../domain/units.js';

/**
 * The samples `from` to `to` out of the files and the chunks in memory that hold parts of them. A part
 * that neither holds, or that can't be read, is silence, so that every sample stays at its place.
 */
export async function readSamples(
  pieces: readonly { readonly path: string; readonly first: number; readonly samples: number }[],
  chunks: readonly { readonly from: number; readonly pcm: Buffer }[],
  from: number,
  to: number,
): Promise<Buffer> {
  const result = Buffer.alloc(Math.max(0, to - from) * BYTES_PER_SAMPLE);
  for (const piece of pieces) {
    const part = overlap(from, to, piece.first, piece.first + piece.samples);
    if (part !== null) await readPart(piece.path, piece.first, part, result, from);
  }
  for (const chunk of chunks) {
    const end = chunk.from + chunk.pcm.length / BYTES_PER_SAMPLE;
    const part = overlap(from, to, chunk.from, end);
    if (part === null) continue;
    const source = chunk.pcm.subarray(
      bytesOf(part.from - chunk.from),
      bytesOf(part.to - chunk.from),
    );
    source.copy(result, bytesOf(part.from - from));
  }
  return result;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

async function readPart(path: string, first: number, part: Span, result: Buffer, from: number) {
  let file: FileHandle | null = null;
  try {
    file = await open(path, 'r');
    const length = bytesOf(part.to - part.from);
    await file.read(result, bytesOf(part.from - from), length, bytesOf(part.from - first));
  } catch {
    return;
  } finally {
    await file?.close();
  }
}

function overlap(from: number, to: number, first: number, end: number): Span | null {
  const part = { from: Math.max(from, first), to: Math.min(to, end) };
  return part.from < part.to ? part : null;
}

function bytesOf(samples: number): number {
  return samples * BYTES_PER_SAMPLE;
}
