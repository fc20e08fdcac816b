import { closeSync, openSync, readSync, watch } from 'node:fs';
import { monotonicS } from '../../ts/system/clock.js';

/** A piece of text, and when it stood in the file (monotonic seconds). */
export interface TypedText {
  readonly atS: number;
  readonly text: string;
}

/** A file that is only appended to, and everything that came into it since. */
export interface FollowedFile {
  readonly pieces: readonly TypedText[];
  close(): void;
}

const CHUNK_BYTES = 65_536;

/** Follows a file that exists; the kernel says when it grows, so a piece is dated when it was written. */
export function followFile(path: string): FollowedFile {
  const file = openSync(path, 'r');
  const decoder = new TextDecoder();
  const bytes = Buffer.alloc(CHUNK_BYTES);
  const pieces: TypedText[] = [];
  const look = () => {
    const atS = monotonicS();
    for (;;) {
      const length = readSync(file, bytes);
      if (length === 0) return;
      pieces.push({ atS, text: decoder.decode(bytes.subarray(0, length), { stream: true }) });
    }
  };
  const watcher = watch(path, look);
  look();
  return {
    pieces,
    close() {
      look();
      watcher.close();
      closeSync(file);
    },
  };
}
