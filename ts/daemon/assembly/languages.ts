import type { Config } from '../../config/config.js';
import { isEnglish } from '../../domain/language.js';
import type { ForkOptions } from '../../protocol/worker/nursery.js';
import type { Env } from '../../system/env.js';
import { findMultilingual } from '../../system/model/multilingual.js';
import { languageWishes } from './settings.js';

/** What a worker with a speech engine is told of the language. English is tiny.en's. */
export function languageOptions(
  { stt }: Pick<Config, 'stt'>,
  env: Env,
  isEmbedded: boolean,
): Partial<ForkOptions> {
  if (isEnglish(stt)) return {};
  const folder = isEmbedded ? findMultilingual(env) : null;
  return { ...languageWishes(stt), ...(folder === null ? {} : { model: folder }) };
}
