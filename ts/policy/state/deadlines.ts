import type { WorkerRole } from '../../domain/device.js';
import type { PolicySettings } from '../../domain/policy-settings.js';
import { CPU_HANG_FACTOR, CPU_HANG_FLOOR_S } from './settings.js';

/** Longest silence of a worker on an utterance of this length, in seconds: audio x factor + floor. */
export function allowanceFor(
  worker: WorkerRole,
  seconds: number,
  settings: Pick<PolicySettings, 'hangFactor' | 'hangFloorS'>,
): number {
  if (worker === 'gpu') return seconds * settings.hangFactor + settings.hangFloorS;
  const factor = Math.max(CPU_HANG_FACTOR, settings.hangFactor);
  return seconds * factor + Math.max(CPU_HANG_FLOOR_S, settings.hangFloorS);
}

/** Whether a deadline has come. Times are sums of floating-point numbers, hence the microsecond. */
export function isDue(deadlineS: number, atS: number): boolean {
  return atS >= deadlineS - 1e-6;
}

/** The wait of a schedule after so many failures; the last one repeats. */
export function waitAfter(schedule: readonly number[], failures: number): number {
  return schedule[Math.min(failures, schedule.length - 1)] ?? 0;
}
