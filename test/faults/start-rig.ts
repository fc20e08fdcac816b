import { onTestFinished } from 'vitest';
import { Rig, type RigOptions } from './rig.js';
import { speak } from './spoken.js';

/** A running daemon on the CPU that will hear these sentences; closed when the test that runs now ends. */
export async function startRig(
  names: readonly string[],
  options: Omit<RigOptions, 'speech' | 'device'> & Partial<RigOptions>,
): Promise<Rig> {
  const rig = Rig.open({ speech: speak(names), device: 'cpu', ...options });
  onTestFinished(async () => void (await rig.close()));
  await rig.start();
  await rig.ready();
  return rig;
}
