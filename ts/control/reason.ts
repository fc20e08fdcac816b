import { lacksFiles, RAISE_FILE_LIMIT } from '../system/process/open-files.js';

/** The first line of an error's message, for a reply. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? '';
}

/** What mends it where the machine lacks something; else another path does. */
export function adviceFor(error: unknown): string {
  if (lacksFiles(error)) return RAISE_FILE_LIMIT;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full: free some space there';
    case 'EROFS':
      return 'nothing can be written there: mount it writable, or set another path under [control]';
    default:
      return 'set another path under [control]';
  }
}
