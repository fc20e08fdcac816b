import type { TypedPiece } from '../../ts/domain/keys.js';

/** What every way of typing has to bring into a window as it stands. */
export const TEXTS: readonly string[] = [
  'Hello, world! How are you? ',
  'Wait; is it 9:30 - or (maybe) 10? The quick brown fox jumps over the lazy dog, 0123456789 times! ',
  'naïve café, Zürich, Łódź, señor, Ærø, garçon ',
  'done ✅ and 😀 and 👍🏽 and 🇫🇷 too ',
  'quotes "a" \'b\' `c` «d» „e“ ‘f’ … – — ',
  'if (a[0] && b != {c: <d>}) { e |= ~f ^ g; } # $5 @ 10% \\ /x_y * z+1 ',
  'Привет, мир: ελληνικά и русский ',
  '日本語と中文、한국어 ',
  'שלום עולם، مرحبا بالعالم e\u0301 n\u0303 ',
  'first line\nsecond line\n\tindented\n',
];

/** 5,000 characters. */
export const LONG = Array.from(
  { length: 1_250 },
  (_, i) => ['ab é', 'd日 e', '😀x ', 'zyq, '][i % 4],
)
  .join('')
  .slice(0, 5_000);

/** Layouts as setxkbmap and sway name them, with what a person writes on them. */
export const LAYOUTS: readonly {
  readonly layout: string;
  readonly variant: string;
  readonly words: string;
}[] = [
  { layout: 'us', variant: '', words: 'why not zero? [q] {w} @home ' },
  {
    layout: 'de',
    variant: '',
    words: 'Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich, y/z ',
  },
  {
    layout: 'fr',
    variant: '',
    words: 'Portez ce vieux whisky au juge blond qui fume, 1234567890 à ça ',
  },
  { layout: 'ru', variant: '', words: 'Съешь же ещё этих мягких французских булок, and zero? ' },
  { layout: 'us', variant: 'dvorak', words: 'The five boxing wizards jump quickly; "why" - x/y ' },
];

export const text = (words: string): TypedPiece => ({ kind: 'text', text: words });
export const key = (name: string): TypedPiece => ({ kind: 'key', key: name });

/** As a terminal in raw mode gets it. */
export function inTerminal(words: string): string {
  return words.replaceAll('\n', '\r');
}
