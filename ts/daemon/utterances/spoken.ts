import { type ApplyOptions, applyCommands } from '../../voice/apply.js';

/** Words of a recognised text. */
export function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length;
}

/** Whether there is anything in it. */
export function hasText(text: string): boolean {
  return text.trim() !== '';
}

/** Whether a recognised text ends in a spoken command that leaves nothing open: a full stop, a new line, a key. */
export function endsInCommand(text: string, options: ApplyOptions): boolean {
  const last = applyCommands(text, options).pieces.at(-1);
  if (last === undefined) return false;
  return last.kind === 'key' || /[.?!\n] *$/.test(last.text);
}
