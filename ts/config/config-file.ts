import { existsSync, linkSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { Problem } from '../domain/problem.js';
import { createFolder } from '../system/create-folder.js';
import { writeDefaultFile } from './default-file.js';

/** A configuration longer than this is some other file. */
const MAX_FILE_BYTES = 1024 * 1024;

/** The text of the file, null where there is none. Anything else that hinders reading is a Problem. */
export function readConfigText(file: string): string | null {
  try {
    if (statSync(file).size > MAX_FILE_BYTES) throw new Error('it has more than 1 MiB');
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (isAbsent(error)) return null;
    const message = `${file}: cannot be read: ${explainRead(error)}`;
    throw new Problem('config_unreadable', message, { cause: error });
  }
}

/** What is wrong in a person's words, and what to do. */
function explainRead(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EISDIR') return 'it is a folder, name a file in it';
  if (code === 'EACCES') return 'it is not yours to read, correct its permissions';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'it is not UTF-8 text';
  return reasonOf(error);
}

/** ENOTDIR: a file stands where the folder would be, so there is no such file either. */
function isAbsent(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ENOENT' || error.code === 'ENOTDIR';
}

/** The top table of a TOML text; a syntax error is a Problem that names line and column. */
export function parseConfigText(file: string, text: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    const place = error instanceof TomlError ? `:${error.line}:${error.column}` : '';
    const reason = reasonOf(error).replace('Invalid TOML document: ', '');
    throw new Problem('config_invalid', `${file}${place}: not valid TOML: ${reason}`, {
      cause: error,
    });
  }
}

/** Writes the defaults (0600, in a 0700 folder), whole or not at all. Returns why it could not, or null. */
export function createConfigFile(file: string): string | null {
  const draft = `${file}.${process.pid}.new`;
  try {
    createFolder(dirname(file));
    writeFileSync(draft, writeDefaultFile(), { mode: 0o600, flag: 'wx' });
    linkSync(draft, file);
    return null;
  } catch (error) {
    return existsSync(file) ? null : reasonOf(error);
  } finally {
    removeDraft(draft);
  }
}

function removeDraft(draft: string): void {
  try {
    unlinkSync(draft);
  } catch {
    // It was never written.
  }
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? '';
}
