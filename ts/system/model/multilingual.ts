import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isEnglish, nameLanguage, type Spoken, textLanguage } from '../../domain/language.js';
import type { Env } from '../env.js';
import { resolvePaths } from '../paths.js';

/** The weights, in bytes; their checksum is compared when they are put there. */
const MODEL_BYTES = 145_217_532;
const REST = ['config.json', 'tokenizer.json', 'vocabulary.txt'] as const;

/** Where `swictation setup --languages` puts Whisper base; its name is shown to people. */
export function multilingualFolder(env: Env): string {
  return join(resolvePaths(env).dataDir, 'models', 'whisper-base');
}

/** The folder of the multilingual weights; null where they are not all there. */
export function findMultilingual(env: Env): string | null {
  const folder = multilingualFolder(env);
  const isWhole = sizeOf(join(folder, 'model.bin')) === MODEL_BYTES;
  return isWhole && REST.every((name) => sizeOf(join(folder, name)) > 0) ? folder : null;
}

/** What a person types to get the weights that know other languages. */
const GET_LANGUAGES = 'swictation setup --languages';

/** Why the embedded engine is of no use for what is spoken, in words; null where it is. */
export interface EmbeddedLack {
  readonly reason: string;
  readonly advice: string;
  /** The same as `swictation doctor` shows it. */
  readonly fix: string;
}

export function embeddedLack(spoken: Spoken, env: Env): EmbeddedLack | null {
  if (isEnglish(spoken)) return null;
  const text = textLanguage(spoken);
  if (text !== spoken.language && text !== 'en') {
    const reason = `the embedded engine does not translate into ${nameLanguage(text)}`;
    const advice = 'only Canary does: docs/canary.md';
    return { reason, advice, fix: advice };
  }
  if (findMultilingual(env) !== null) return null;
  const reason = `the embedded engine does not know ${nameLanguage(spoken.language)}`;
  return { reason, advice: `type \`${GET_LANGUAGES}\``, fix: GET_LANGUAGES };
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
