import { Problem } from '../domain/problem.js';
import { hasCard } from '../gpu/has-card.js';
import type { CardChoice } from './assemble.js';
import type { DeviceChoice } from './options.js';

/** A sleeping card does not tell its size; the smallest that the policy was made for is the careful guess. */
const UNKNOWN_TOTAL_MB = 4_295;

/** The card to use for this choice. `cuda` without a card is a Problem, `auto` without one is the CPU. */
export async function chooseCard(
  device: DeviceChoice,
  env: NodeJS.ProcessEnv,
): Promise<CardChoice | null> {
  if (device.kind === 'sim') {
    return { totalMb: device.totalMb, simulated: true, driverVersion: 'simulated' };
  }
  if (device.kind === 'cpu') return null;
  const card = await hasCard(env);
  if (card !== null) {
    const { totalMb, driverVersion } = card;
    return { totalMb: totalMb ?? UNKNOWN_TOTAL_MB, simulated: false, driverVersion };
  }
  if (device.kind === 'auto') return null;
  throw new Problem(
    'no_card',
    'No NVIDIA card with a working driver was found: check `nvidia-smi`, or use --device auto or cpu',
  );
}
