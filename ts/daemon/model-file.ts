import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';

/** What is wrong with the configured model where it is a path, one line; null where nothing is, or for a hub name. */
export function missingModel(model: string): string | null {
  if (!isAbsolute(model)) return null;
  const stat = statSync(model, { throwIfNoEntry: false });
  if (stat?.isFile()) return null;
  const why = stat === undefined ? 'no such file' : 'not a file';
  return `[stt] model ${model}: ${why}, the embedded engine dictates; correct the path in the configuration`;
}
