import { Problem } from '../../domain/problem.js';
import { hasCard } from '../../gpu/has-card.js';
import { mayHaveCard } from '../../system/pci.js';

/** Where recognition is wanted: on a card where there is one, on the CPU, on a card, on a simulated one. */
export type DeviceChoice =
  | { readonly kind: 'auto' | 'cpu' | 'cuda' }
  | { readonly kind: 'sim'; readonly totalMb: number };

/** The card that will be used, null for none. */
export interface CardChoice {
  readonly totalMb: number;
  readonly simulated: boolean;
  readonly driverVersion: string;
}

const SILENT =
  'nvidia-smi does not answer for the NVIDIA card: the CPU dictates until the next start; `swictation doctor` says more';
/** A sleeping card does not tell its size; the smallest that the policy was made for is the careful guess. */
const UNKNOWN_TOTAL_MB = 4_295;

/**
 * The card to use for this choice. `cuda` without a card is a Problem, `auto` without one is the CPU; `note` is told
 * where a card is there that does not answer.
 */
export async function chooseCard(
  device: DeviceChoice,
  env: NodeJS.ProcessEnv,
  note: (message: string) => void = () => {},
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
  if (device.kind === 'auto') {
    if (mayHaveCard(env)) note(SILENT);
    return null;
  }
  throw new Problem(
    'no_card',
    'No NVIDIA card with a working driver was found: check `nvidia-smi`, or use --device auto or cpu',
  );
}
