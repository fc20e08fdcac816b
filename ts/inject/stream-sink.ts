import type { Writable } from 'node:stream';
import type { TypedPiece } from '../domain/keys.js';
import { cutPieces } from './cut-pieces.js';
import { withMarkers } from './markers.js';
import type { DeliveryOutcome, Sink } from './sink.js';

/** Writes what would be typed to a stream (stdout), as `file:` does. The stream stays open. */
export function createStreamSink(stream: Writable): Sink {
  const ignore = () => {};
  stream.on('error', ignore);
  return {
    name: 'stdout',
    async deliver(pieces, onProgress) {
      const failure = await write(stream, pieces);
      if (failure === null) {
        onProgress(cutPieces(pieces).length);
        return { kind: 'delivered', by: 'stdout' };
      }
      return describeFailure(failure);
    },
    async close() {
      stream.off('error', ignore);
    },
  };
}

function write(stream: Writable, pieces: readonly TypedPiece[]): Promise<Error | null> {
  return new Promise((resolve) => {
    // On a terminal the log stands beside it: each text gets a line of its own there. Others get what would be typed.
    const end = 'isTTY' in stream && stream.isTTY ? '\n' : '';
    stream.write(withMarkers(pieces) + end, (error) => resolve(error ?? null));
  });
}

/** A closed reader has not taken it; after any other error a part may have gone out. */
function describeFailure(error: Error): DeliveryOutcome {
  const code = 'code' in error ? String(error.code) : error.name;
  const closed = ['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'].includes(code);
  const message = closed ? 'nobody reads stdout any more' : `stdout can't be written (${code})`;
  return { kind: 'failed', piecesDone: 0, uncertain: !closed, message };
}
