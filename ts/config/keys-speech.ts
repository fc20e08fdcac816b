import { z } from 'zod';
import { LANGUAGES, TRANSLATIONS } from '../domain/language.js';
import { derivedText, flag, integer, key, number } from './values.js';

const yesNo = 'true or false';

function oneOf(values: readonly string[]): string {
  return `one of ${values.join(', ')}`;
}

const numberAsText = (value: unknown) => (typeof value === 'number' ? String(value) : value);

export const vad = z.strictObject({
  threshold: key(number(0.5, 0, 1), {
    toml: '0.5',
    allowed: 'a number from 0.0 to 1.0',
    meaning: 'Probability of speech from which a frame counts as speech; lower hears more.',
  }),
  silence_duration: key(number(2, 0.3, 10), {
    toml: '2.0',
    allowed: 'a number of seconds from 0.3 to 10.0',
    meaning: 'Longest pause inside an utterance, in seconds; a longer one ends it.',
  }),
  endpointing: key(z.enum(['adaptive', 'fixed']).default('adaptive'), {
    toml: '"adaptive"',
    allowed: '"adaptive" or "fixed"',
    meaning: 'adaptive: ends earlier where the sentence sounds complete. fixed: always waits.',
  }),
  speculation: key(flag(true), {
    toml: 'true',
    allowed: yesNo,
    meaning:
      'Recognise at the first plausible pause while still listening; typed only when it holds.',
  }),
  max_utterance_s: key(number(30, 5, 40), {
    toml: '30.0',
    allowed: 'a number of seconds from 5.0 to 40.0',
    meaning: 'Longest utterance in seconds; longer speech is cut at its quietest place.',
  }),
});

export const audio = z.strictObject({
  device: key(z.preprocess(numberAsText, z.string()).default(''), {
    toml: '""',
    allowed:
      'a name, a part of one or a number, as `swictation microphones` prints them; "": the desktop\'s choice',
    meaning: "The microphone. Where it is not there, the desktop's choice records until it is.",
  }),
});

export const stt = z.strictObject({
  model: key(z.string().min(1).default('nvidia/canary-1b-flash'), {
    toml: '"nvidia/canary-1b-flash"',
    allowed: 'a hub name or the path of a .nemo file',
    meaning:
      'Model for the graphics card, or for a cpu_engine canary-*; fetched once while the embedded engine dictates.',
  }),
  small_model: key(derivedText(), {
    toml: null,
    shown: '"nvidia/canary-180m-flash"',
    allowed: 'a hub name or the path of a .nemo file',
    meaning:
      'A smaller model: on the card while the large one does not fit, and on the processor where cpu_engine is auto. Unset: none.',
  }),
  cpu_engine: key(z.enum(['auto', 'embedded', 'canary-fp32', 'canary-int8']).default('auto'), {
    toml: '"auto"',
    allowed: '"auto", "embedded", "canary-fp32" or "canary-int8"',
    meaning: 'Engine on the processor.',
  }),
  language: key(z.enum(LANGUAGES).default('en'), {
    toml: '"en"',
    allowed: oneOf(LANGUAGES),
    meaning:
      'What is spoken. For another one than English: `swictation setup --languages`; the spoken commands are off.',
  }),
  translate_to: key(z.enum(TRANSLATIONS).nullable().default(null), {
    toml: null,
    shown: '"en"',
    allowed: oneOf(TRANSLATIONS),
    meaning:
      'The text is in this language: Canary translates from or to English, the embedded engine to English. Unset: no.',
  }),
  vocabulary: key(derivedText(), {
    toml: null,
    shown: '"vocabulary.txt"',
    allowed: 'the path of a file',
    meaning:
      'Words and phrases that are to be expected, one a line; a server is not told. Unset: none.',
  }),
  total_buffer_s: key(number(5, 1, 40), {
    toml: '5.0',
    allowed: 'a number of seconds from 1.0 to 40.0',
    meaning:
      'How much of a sentence that is still spoken is heard again for the live text of `swictation top --text`.',
  }),
  threads: key(integer(0, 0, 256), {
    toml: '0',
    allowed: 'a whole number from 0 to 256',
    meaning: 'Threads of the engine on the processor; 0 chooses.',
  }),
});

export const voice = z.strictObject({
  commands: key(z.enum(['all', 'punctuation', 'off']).nullable().default(null), {
    toml: null,
    shown: '"all"',
    allowed: '"all", "punctuation" or "off"',
    meaning:
      'Which spoken commands are applied to the text; unset: all for English, off for another language.',
  }),
  punctuation: key(z.enum(['spoken', 'automatic']).default('spoken'), {
    toml: '"spoken"',
    allowed: '"spoken" or "automatic"',
    meaning:
      'automatic: the signs and capitals of the recogniser are kept; spoken signs still work.',
  }),
  scratch_that: key(flag(true), {
    toml: 'true',
    allowed: yesNo,
    meaning: '"scratch that", said alone, takes back the last text that was typed.',
  }),
  replacements: key(derivedText(), {
    toml: null,
    shown: '"replacements.tsv"',
    allowed: 'the path of a file',
    meaning: 'Own words: spoken form, tab, written form. Unset: none.',
  }),
});
