import type { CpuEngine } from '../../domain/device.js';

/**
 * What an engine keeps in host memory, as a share of its archive, which has fp32 weights. canary-1b-flash: an archive of
 * 3,540 MB; 3,534 MB mapped at fp32, 1,212 MB at int8 (docs/memory-budget.md, computed).
 */
const SHARE = { 'canary-fp32': 1, 'canary-int8': 0.35 } as const;
/** One transcription of the longest window, 40 s: 135 MB at fp16 (docs/memory-budget.md, computed), twice that at fp32. */
const WORK_MB = 270;

/** Host memory that this engine needs for a model of this size, in MB; 0 for the embedded one, which always may. */
export function cpuEngineNeedMb(engine: CpuEngine, archiveMb: number): number {
  return engine === 'embedded' ? 0 : SHARE[engine] * archiveMb + WORK_MB;
}

/**
 * The same where the embedded engine is not installed: Canary, in whatever memory there is; fp32 only where it leaves as
 * much free as it takes.
 */
export function chooseCanaryAlone(
  configured: CpuEngine,
  archiveMb: number,
  hostFreeMb: number,
): CpuEngine {
  if (configured !== 'embedded') return configured;
  return 2 * cpuEngineNeedMb('canary-fp32', archiveMb) <= hostFreeMb
    ? 'canary-fp32'
    : 'canary-int8';
}

/**
 * The engine for a CPU worker that is started now: the configured one where its model is here (`archiveMb`, else null)
 * and host memory allows, else the embedded one.
 */
export function chooseCpuEngine(
  configured: CpuEngine,
  archiveMb: number | null,
  hostFreeMb: number,
): CpuEngine {
  if (archiveMb === null) return 'embedded';
  return cpuEngineNeedMb(configured, archiveMb) <= hostFreeMb ? configured : 'embedded';
}
