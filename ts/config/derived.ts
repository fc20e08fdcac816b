import type { CpuEngine } from '../domain/device.js';
import { isEnglish } from '../domain/language.js';
import type { Config } from './config.js';

/** The engine that is to recognise speech on the CPU; `auto` is the embedded one, by measurement (docs/canary.md). */
export function configuredCpuEngine({ stt }: Config): CpuEngine {
  return stt.cpuEngine === 'auto' ? 'embedded' : stt.cpuEngine;
}

export function isCanaryOnCpu(config: Config): boolean {
  return configuredCpuEngine(config) !== 'embedded';
}

/** The spoken commands are English: for another language they are off, unless somebody asks for them. */
export function spokenCommands({ stt, voice }: Pick<Config, 'stt' | 'voice'>) {
  return voice.commands ?? (isEnglish(stt) ? 'all' : 'off');
}
