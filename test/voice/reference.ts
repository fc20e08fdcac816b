import { readFileSync } from 'node:fs';

/** One row of the table as it stands in the file; the replacement of a key still is its marker. */
export interface TableRow {
  readonly spoken: string;
  readonly replacement: string;
  readonly spacing: string;
}

export function readTable(): TableRow[] {
  const file = new URL('../fixtures/voice-commands.tsv', import.meta.url);
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [spoken = '', replacement = '""', spacing = ''] = line.split('\t');
    return { spoken, replacement: String(JSON.parse(replacement)), spacing };
  });
}

const PYTHON_SPACES =
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';
const table = readTable();

/**
 * A second implementation, straight from the page and as plain as it gets: the text is a list whose items are
 * single characters or whole markers. Used to check the real one, shares no code with it.
 */
export function transformNaively(input: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of `${input} `) {
    if (!PYTHON_SPACES.includes(character)) word += character;
    else if (word !== '') {
      words.push(word);
      word = '';
    }
  }
  const out: string[] = [];
  const open = { '"': false, "'": false, '`': false } as Record<string, boolean>;
  let glue = false;
  const isEmpty = () => out.length === 0;
  const last = () => (out[out.length - 1]?.startsWith('<KEY:') ? '>' : (out[out.length - 1] ?? ''));
  const lastIn = (set: string) => !isEmpty() && [...set].includes(last());
  const removeSpace = () => (last() === ' ' ? out.pop() : undefined);
  const push = (text: string) => out.push(...text);
  let at = 0;
  while (at < words.length) {
    let row: TableRow | undefined;
    let size = 0;
    for (const length of [4, 3, 2, 1]) {
      if (row !== undefined || at + length > words.length) continue;
      const form = words.slice(at, at + length).map((w) => w.toLowerCase());
      row = table.find((r) => r.spoken === form.join(' '));
      size = length;
    }
    if (row === undefined) {
      if (!isEmpty() && !glue && !lastIn(`"'\`${PYTHON_SPACES}`)) out.push(' ');
      push(words[at] ?? '');
      glue = false;
      at += 1;
      continue;
    }
    at += size;
    const text = row.replacement;
    if (row.spacing === 'key') {
      removeSpace();
      out.push(text);
      glue = false;
    } else if (row.spacing === 'attach' || row.spacing === 'compact') {
      removeSpace();
      push(text);
      glue = row.spacing === 'compact';
    } else if (row.spacing === 'spaced' || row.spacing === 'no_space_after') {
      if (!isEmpty() && !lastIn(`([{"'\`${PYTHON_SPACES}`)) out.push(' ');
      push(text);
      glue = row.spacing === 'no_space_after';
    } else {
      if (text in open) {
        if (open[text]) removeSpace();
        else if (!isEmpty() && !lastIn(PYTHON_SPACES)) out.push(' ');
        open[text] = !open[text];
      } else if (text === '(') {
        const joins = lastIn(`_${PYTHON_SPACES}`) || /^[\p{L}\p{N}]$/u.test(last());
        if (!isEmpty() && !joins) out.push(' ');
      } else if (lastIn('=<>+-*/&|!%^')) out.push(' ');
      else removeSpace();
      push(text);
      glue = true;
    }
  }
  return out.join('');
}
