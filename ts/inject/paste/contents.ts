import { createHash } from 'node:crypto';

/** All kinds of content that a clipboard holds, each in base64. Empty: there is nothing in it. */
export type Contents = ReadonlyMap<string, string>;

/** Kinds under which programs look for a text, the usual one first. */
const TEXT_KINDS = ['text/plain;charset=utf-8', 'text/plain', 'UTF8_STRING', 'STRING', 'TEXT'];
/** A password manager's word, which clipboard histories obey: not to be written down. */
const SECRET_KIND = 'x-kde-passwordManagerHint';

/** A dictated text as it is offered; histories of the clipboard are asked not to keep it. */
export function textContents(text: string): Contents {
  const bytes = Buffer.from(text, 'utf8').toString('base64');
  const secret = Buffer.from('secret').toString('base64');
  return new Map([...TEXT_KINDS.map((kind) => [kind, bytes] as const), [SECRET_KIND, secret]]);
}

export function isSecret(contents: Contents): boolean {
  return contents.has(SECRET_KIND);
}

/** The text in it; null where there is none. */
export function textOf(contents: Contents): string | null {
  const kind = TEXT_KINDS.find((each) => contents.has(each));
  const bytes = kind === undefined ? undefined : contents.get(kind);
  return bytes === undefined ? null : Buffer.from(bytes, 'base64').toString('utf8');
}

/** To know a text again without writing it down. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The one kind that says most, for a program that offers only one: files, then text, then a picture. */
export function bestKind(kinds: readonly string[]): string | null {
  const wanted = ['text/uri-list', ...TEXT_KINDS, 'image/png'];
  const found = wanted.find((kind) => kinds.includes(kind));
  return (
    found ??
    kinds.find((kind) => /^image\//.test(kind)) ??
    kinds.find((kind) => kind.includes('/')) ??
    null
  );
}
