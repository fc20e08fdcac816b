import { type Language, nameLanguage, type Spoken, textLanguage } from '../../domain/language.js';
import type { FoundModel } from './find-model.js';

const FLASH = ['en', 'de', 'es', 'fr'] as const;

/** NVIDIA's models and what they were trained for (their model cards); of any other model its own file tells. */
const KNOWN: ReadonlyMap<string, readonly Language[]> = new Map([
  ['nvidia/canary-1b', FLASH],
  ['nvidia/canary-1b-flash', FLASH],
  ['nvidia/canary-180m-flash', FLASH],
]);

/** A model that is known not to know the language is as good as none: nothing is fetched or loaded for it. */
export function judgeLanguages(
  found: FoundModel,
  model: string,
  spoken: Spoken,
  key: 'model' | 'small_model' = 'model',
): FoundModel {
  const known = KNOWN.get(model);
  const lacks = [spoken.language, textLanguage(spoken)].find(
    (one) => known?.includes(one) === false,
  );
  if (known === undefined || lacks === undefined) return found;
  const flaw = `it does not know ${nameLanguage(lacks)}, only ${known.map(nameLanguage).join(', ')}`;
  const advice = `name a model that does, or set [stt] language to ${known.join(', ')}`;
  return { kind: 'unusable', flaw, advice, problem: `[stt] ${key} ${model}: ${flaw}; ${advice}` };
}
