import { dirname, resolve } from 'node:path';
import { isEnglish, nameLanguage, textLanguage } from '../domain/language.js';
import { Problem } from '../domain/problem.js';
import { resolvePaths } from '../system/paths.js';
import { buildConfig } from './build-config.js';
import { checkTogether, LEVELS } from './check-together.js';
import type { Config } from './config.js';
import { createConfigFile, parseConfigText, readConfigText } from './config-file.js';
import { expandPathsOf } from './expand-path.js';
import { checkSectionNames } from './read-section.js';
import { translateSecondGeneration } from './second-generation.js';

export interface LoadOptions {
  /** A file that a person named; it must exist. */
  readonly file?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Write the defaults where there is no file yet. */
  readonly create?: boolean;
}

/** Reads the configuration. Throws a Problem of one line that names file, key, value and what is allowed. */
export function loadConfig(options: LoadOptions): Config {
  const paths = resolvePaths(options.env);
  const file = options.file === undefined ? paths.configFile : resolve(options.file);
  const notes: string[] = [];
  const text = readConfigText(file) ?? makeUpText(file, options, notes);
  const translated = translateSecondGeneration(file, parseConfigText(file, text));
  notes.push(...translated.notes);
  checkSectionNames(file, translated.root);
  const expand = expandPathsOf(file, dirname(file), options.env);
  const config = buildConfig(file, translated.root, paths, expand);
  checkTogether(file, config);
  notes.push(...noteDoubleLimits(file, config.gpu), ...noteEnglishCommands(file, config));
  return { ...config, notes };
}

/** What to read where there is no file: nothing, which means the defaults. */
function makeUpText(file: string, options: LoadOptions, notes: string[]): string {
  if (options.file !== undefined) {
    throw new Problem('config_missing', `${file}: no such file: correct --config or create it`);
  }
  const reason = options.create === true ? createConfigFile(file) : null;
  if (reason !== null) notes.push(`${file}: could not be written (${reason}), defaults are used`);
  return '';
}

/** A file that an older daemon wrote has the commands set: nobody may have asked for them in another language. */
function noteEnglishCommands(
  file: string,
  { stt, voice }: Omit<Config, 'notes'>,
): readonly string[] {
  if (isEnglish(stt) || voice.commands === null || voice.commands === 'off') return [];
  const spoken = nameLanguage(textLanguage(stt));
  const keys = `[voice] commands = "${voice.commands}"`;
  return [
    `${file}: ${keys} applies English commands to ${spoken}: delete the line and they are off`,
  ];
}

/** MB are exact for one card, so they win over percent. */
function noteDoubleLimits(file: string, gpu: Config['gpu']): readonly string[] {
  const { limitsMb, limitsPercent } = gpu;
  return LEVELS.filter((level) => limitsMb[level] !== null && limitsPercent[level] !== null).map(
    (level) => `${file}: [gpu] ${level}_percent is ignored: ${level}_mb is set`,
  );
}
