/** Lines on their way to a stream, in pieces of some size: a write for each line would cost more than the run. */
export interface LineSink {
  /** False when the reader is behind: wait for `ready`. */
  readonly write: (line: string) => boolean;
  readonly ready: () => Promise<void>;
  readonly flush: () => Promise<void>;
}

const PIECE_CHARACTERS = 64 * 1024;

/** @throws (from `ready` and `flush`) the stream's error, such as EPIPE when the reader has left. */
export function openLineSink(stream: NodeJS.WritableStream): LineSink {
  let collected = '';
  let broken: Error | null = null;
  stream.on('error', (error) => {
    broken = error;
  });
  const send = (): Promise<void> => {
    const piece = collected;
    collected = '';
    return broken === null ? writePiece(stream, piece) : Promise.reject(broken);
  };
  return {
    write: (line) => {
      collected += `${line}\n`;
      return collected.length < PIECE_CHARACTERS;
    },
    ready: send,
    flush: send,
  };
}

/** Whether an error says that nobody reads any more. */
export function isPipeClosed(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED';
}

function writePiece(stream: NodeJS.WritableStream, piece: string): Promise<void> {
  if (piece === '') return Promise.resolve();
  return new Promise((resolve, reject) => {
    stream.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}
