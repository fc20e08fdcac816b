import type { CpuEngine } from '../domain/device.js';
import type { Config } from './config.js';

/** The engine that is to recognise speech on the CPU; `auto` is the embedded one, by measurement (docs/canary.md). */
export function configuredCpuEngine({ stt }: Config): CpuEngine {
  return stt.cpuEngine === 'auto' ? 'embedded' : stt.cpuEngine;
}

export function isCanaryOnCpu(config: Config): boolean {
  return configuredCpuEngine(config) !== 'embedded';
}
