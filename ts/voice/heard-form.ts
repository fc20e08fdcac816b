import { splitWords } from './characters.js';

/**
 * Words as they are compared with custom words: both what a person wrote and what was heard take this way, so that an
 * editor's curly apostrophe, a decomposed accent or a hyphen makes no difference.
 */
export function heardForm(text: string): string {
  const plain = text
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(APOSTROPHES, "'")
    .replace(HYPHENS, ' ')
    .toLowerCase();
  return splitWords(plain).join(' ');
}

/**
 * The forms under which a custom word of the file may be heard, the likeliest first: recognisers give words without
 * signs at their ends, `e-mail` as two words or one, `node.js` with its dot said or left out.
 */
export function formsOfCustomWord(spoken: string): readonly string[] {
  const joined = spoken.replace(LETTER_HYPHEN, '');
  const forms = [spoken, joined].flatMap((one) => {
    const form = splitWords(heardForm(one)).map(trimSigns).filter(Boolean).join(' ');
    return [form.replace(INNER_DOT, ' dot '), form.replace(INNER_DOT, ' ')];
  });
  return [...new Set(forms.map((form) => splitWords(form).join(' ')))].filter(Boolean);
}

/** Why no recogniser gives these words; null where one may. */
export function whyNeverHeard(spoken: string): string | null {
  const [form] = formsOfCustomWord(spoken);
  if (form === undefined) return 'nothing of it is a word';
  if (/\p{N}/u.test(form)) return 'numbers are heard as words (nineteen, not 19)';
  const sign = /[^\p{L}\p{M}' ]/u.exec(form)?.[0];
  return sign === undefined ? null : `${sign} is heard as its word, not as a sign`;
}

// Soft hyphen, zero-width characters, marks of byte order and direction.
const INVISIBLE = /\u00ad|\u200b|\u200c|\u200d|\u200e|\u200f|\u2060|\ufeff/g;
const APOSTROPHES = /[\u2018\u2019\u02bc\u2032`\u00b4]/g;
const HYPHENS = /(?<=\S)[-\u2010-\u2013](?=\S)/g;
/** A single letter and its hyphen: `e-mail`, `x-ray`. Longer parts would make other words: `re-sign`. */
const LETTER_HYPHEN = /(?<=(?<!\S)\p{L})[-\u2010\u2011](?=\p{L})/gu;
const INNER_DOT = /(?<=[\p{L}\p{N}])\.(?=[\p{L}\p{N}])|(?<!\S)\.(?=[\p{L}\p{N}])/gu;
const OUTER_SIGNS = /^['!?,;:"()[\]{}]+|['.!?,;:"()[\]{}]+$/g;

function trimSigns(word: string): string {
  return word.replace(OUTER_SIGNS, '');
}
