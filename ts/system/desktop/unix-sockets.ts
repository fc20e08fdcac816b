import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * Whether a program still holds the socket at this path: a file outlives the program that made it, and a datagram
 * socket can't be tried without sending it something. Told by the kernel's list, by the file's name, since the program
 * may have written the folder in another way. True where there is no such list.
 */
export function isServed(path: string): boolean {
  const name = basename(path);
  try {
    const lines = readFileSync('/proc/net/unix', 'utf8').split('\n');
    return lines.some((line) => line.endsWith(`/${name}`) && isBound(line));
  } catch {
    return true;
  }
}

/**
 * Columns: number, references, protocol, flags, type, state, inode, path. A stream socket of a server carries the flag
 * 0x10000; its connections bear the same path and not the flag. A datagram socket (type 2) is its own server.
 */
function isBound(line: string): boolean {
  const [, , , flags, type] = line.trim().split(/\s+/);
  return type === '0002' || (Number.parseInt(flags ?? '0', 16) & 0x10000) !== 0;
}
