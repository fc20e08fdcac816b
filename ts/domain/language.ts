/** What can be spoken: the languages of Whisper, which Canary's are among. */
export const LANGUAGES = [
  ...['en', 'af', 'am', 'ar', 'as', 'az', 'ba', 'be', 'bg', 'bn', 'bo', 'br', 'bs', 'ca', 'cs'],
  ...['cy', 'da', 'de', 'el', 'es', 'et', 'eu', 'fa', 'fi', 'fo', 'fr', 'gl', 'gu', 'ha', 'haw'],
  ...['he', 'hi', 'hr', 'ht', 'hu', 'hy', 'id', 'is', 'it', 'ja', 'jw', 'ka', 'kk', 'km', 'kn'],
  ...['ko', 'la', 'lb', 'ln', 'lo', 'lt', 'lv', 'mg', 'mi', 'mk', 'ml', 'mn', 'mr', 'ms', 'mt'],
  ...['my', 'ne', 'nl', 'nn', 'no', 'oc', 'pa', 'pl', 'ps', 'pt', 'ro', 'ru', 'sa', 'sd', 'si'],
  ...['sk', 'sl', 'sn', 'so', 'sq', 'sr', 'su', 'sv', 'sw', 'ta', 'te', 'tg', 'th', 'tk', 'tl'],
  ...['tr', 'tt', 'uk', 'ur', 'uz', 'vi', 'yi', 'yo', 'zh'],
] as const;

/** What Canary translates into, from or to English; an older model knows fewer. */
export const TRANSLATIONS = [
  ...['en', 'bg', 'cs', 'da', 'de', 'el', 'es', 'et', 'fi', 'fr', 'hr', 'hu', 'it', 'lt', 'lv'],
  ...['mt', 'nl', 'pl', 'pt', 'ro', 'ru', 'sk', 'sl', 'sv', 'uk'],
] as const;

export type Language = (typeof LANGUAGES)[number];

/** What is spoken, and what it is written as; null: the same. */
export interface Spoken {
  readonly language: Language;
  readonly translateTo: Language | null;
}

const NAMES = new Intl.DisplayNames(['en'], { type: 'language' });

/** Its English name, for people. */
export function nameLanguage(language: Language): string {
  return NAMES.of(language === 'jw' ? 'jv' : language) ?? language;
}

/** Everything that was made for English holds. */
export function isEnglish({ language, translateTo }: Spoken): boolean {
  return language === 'en' && translateTo === null;
}

/** The language of the text. */
export function textLanguage({ language, translateTo }: Spoken): Language {
  return translateTo ?? language;
}
