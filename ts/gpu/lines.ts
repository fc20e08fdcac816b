import type { Readable } from 'node:stream';

/** No line of nvidia-smi's tables is nearly as long; what is longer is cut, so that memory stays bounded. */
const LONGEST_LINE = 4_096;

/** Hands each non-empty line on; a line that never ends is handed on in pieces. */
export function splitLines(stream: Readable | null, onLine: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) {
      lines.push(rest.slice(0, LONGEST_LINE));
      rest = '';
    }
    for (const line of lines) if (line.trim() !== '') onLine(line.trim());
  });
  stream?.on('end', () => {
    if (rest.trim() !== '') onLine(rest.trim());
  });
}
