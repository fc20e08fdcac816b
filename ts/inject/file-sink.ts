import { type FileHandle, open } from 'node:fs/promises';
import type { TypedPiece } from '../domain/keys.js';
import { Problem } from '../domain/problem.js';
import { adviceOn } from '../system/process/open-files.js';
import { cutPieces } from './cut-pieces.js';
import { withMarkers } from './markers.js';
import type { DeliveryOutcome, Sink } from './sink.js';

/** Opens a file that deliveries are appended to. Throws a `Problem` where it can't be written. */
export async function openFileSink(path: string): Promise<Sink> {
  try {
    return new FileSink(path, await open(path, 'a', 0o600));
  } catch (cause) {
    const advice = adviceOn(cause, 'choose another file for --sink');
    const message = `${path} can't be written (${reasonOf(cause)}): ${advice}`;
    throw new Problem('sink_unwritable', message, { cause });
  }
}

/** Appends exactly what would be typed, a delivery whole or not at all. */
class FileSink implements Sink {
  readonly name = 'file';
  readonly #path: string;
  readonly #file: FileHandle;

  constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  async deliver(
    pieces: readonly TypedPiece[],
    onProgress: (piecesDone: number) => void,
  ): Promise<DeliveryOutcome> {
    const bytes = Buffer.from(withMarkers(pieces), 'utf8');
    let written = 0;
    try {
      while (written < bytes.length) {
        written += (await this.#file.write(bytes, written)).bytesWritten;
      }
    } catch (cause) {
      const uncertain = written > 0 && !(await this.#takeBack(written));
      const message = `${this.#path} can't be written (${reasonOf(cause)})`;
      return { kind: 'failed', piecesDone: 0, uncertain, message };
    }
    onProgress(cutPieces(pieces).length);
    return { kind: 'delivered', by: this.name };
  }

  async close(): Promise<void> {
    await this.#file.close().catch(() => {});
  }

  /** Cuts a half-written delivery off; false where the file is none that can be cut. */
  async #takeBack(bytes: number): Promise<boolean> {
    try {
      const found = await this.#file.stat();
      if (!found.isFile()) return false;
      await this.#file.truncate(found.size - bytes);
      return true;
    } catch {
      return false;
    }
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}
