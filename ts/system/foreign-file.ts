import { lstatSync } from 'node:fs';

/** The owner of what is at this path where that is another user, else null; a link counts as itself. */
export function foreignOwner(path: string): number | null {
  try {
    const { uid } = lstatSync(path);
    return uid === process.getuid?.() ? null : uid;
  } catch {
    return null;
  }
}

/**
 * The first generation's paths lie in /tmp, where the second person at a machine may neither use nor remove those of the
 * first: `instead` is used then, by the daemon as by its clients.
 */
export function unlessForeign(path: string, instead: string): string {
  return foreignOwner(path) === null ? path : instead;
}
