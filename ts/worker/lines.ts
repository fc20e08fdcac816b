import type { Readable } from 'node:stream';

/**
 * Calls `onLine` for each line of a stream, without its end. A line longer than `limitBytes` is passed to
 * `onTooLong` as its length only and is skipped to its end, so that a broken writer can't fill our memory.
 */
export function readLines(
  stream: Readable,
  limitBytes: number,
  onLine: (line: string) => void,
  onTooLong: (bytes: number) => void = () => {},
): void {
  let kept: Buffer[] = [];
  let keptBytes = 0;
  const take = (piece: Buffer) => {
    keptBytes += piece.length;
    if (keptBytes <= limitBytes) kept.push(piece);
  };
  const finish = () => {
    if (keptBytes > limitBytes) onTooLong(keptBytes);
    else onLine(Buffer.concat(kept).toString('utf8'));
    kept = [];
    keptBytes = 0;
  };
  stream.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      take(chunk.subarray(from, at));
      finish();
      from = at + 1;
    }
    take(chunk.subarray(from));
  });
  stream.on('error', () => {});
}
