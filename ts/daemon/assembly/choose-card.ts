import { Problem } from '../../domain/problem.js';
import { findCard } from '../../system/card/find-card.js';
import type { NoCard } from '../../system/card/no-card.js';

/** Where recognition is wanted: on a card where there is one, on the CPU, on a card, on a simulated one. */
export type DeviceChoice =
  | { readonly kind: 'auto' | 'cpu' | 'cuda' }
  | { readonly kind: 'sim'; readonly totalMb: number };

/** The card that will be used, null for none. */
export interface CardChoice {
  readonly totalMb: number;
  /** It sleeps, and nobody has asked it for its size. */
  readonly guessed?: boolean;
  readonly simulated: boolean;
  readonly driverVersion: string;
  /** Null where it was not asked, because it sleeps. */
  readonly uuid: string | null;
}

const SILENT = 'nvidia-smi does not answer for the NVIDIA card';
/** What is said of a driver that may still answer. */
export const LATE = `${SILENT} yet: the CPU dictates until it does`;
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
    return { totalMb: device.totalMb, simulated: true, driverVersion: 'simulated', uuid: null };
  }
  if (device.kind === 'cpu') return null;
  const found = await findCard(env);
  if (found.kind === 'card') {
    for (const said of [found.choice, found.warning]) if (said !== null) note(said);
    const { totalMb, driverVersion, uuid } = found;
    const guessed = totalMb === null;
    return { totalMb: totalMb ?? UNKNOWN_TOTAL_MB, guessed, simulated: false, driverVersion, uuid };
  }
  if (device.kind === 'cuda') throw noCard(found);
  if (found.kind !== 'absent') note(`${describe(found)}; \`swictation doctor\` says more`);
  return null;
}

function describe(found: Exclude<NoCard, { kind: 'absent' }>): string {
  return found.kind === 'driver'
    ? `${SILENT} (${found.message}): the CPU dictates until the next start`
    : `${found.message}: the CPU dictates`;
}

function noCard(found: NoCard): Problem {
  const why = found.kind === 'absent' ? 'No NVIDIA card was found' : found.message;
  return new Problem('no_card', `${why}: check \`nvidia-smi\`, or use --device auto or cpu`);
}
