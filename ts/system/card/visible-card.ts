import type { Env } from '../env.js';

/**
 * The card that CUDA shows to a program as its first one, from `CUDA_VISIBLE_DEVICES` alone. Numbers count by PCI bus,
 * as nvidia-smi counts: our workers run with `CUDA_DEVICE_ORDER=PCI_BUS_ID` whatever the session says.
 */
export type VisibleCard =
  | { readonly kind: 'index'; readonly index: number }
  /** Lower case; CUDA takes any unique beginning of a UUID. */
  | { readonly kind: 'uuid'; readonly prefix: string }
  /** Every card is hidden: an empty value, `-1`, or a word that CUDA does not know. */
  | { readonly kind: 'hidden' };

/** As many letters and digits of a UUID as CUDA wants to see at least: `GPU-` and one. */
const UUID = /^(gpu|mig)-[0-9a-z]/;

/** "CUDA environment variables" in NVIDIA's programming guide: the first entry of the list is device 0. */
export function visibleCard(env: Env): VisibleCard {
  const list = env.CUDA_VISIBLE_DEVICES;
  if (list === undefined) return { kind: 'index', index: 0 };
  const first = (list.split(',')[0] ?? '').trim().toLowerCase();
  if (/^\+?\d{1,4}$/.test(first)) return { kind: 'index', index: Number(first) };
  return UUID.test(first) ? { kind: 'uuid', prefix: first } : { kind: 'hidden' };
}

/** Whether this is the card of nvidia-smi's list that CUDA would use. */
export function isVisible(visible: VisibleCard, card: { index: number; uuid: string }): boolean {
  switch (visible.kind) {
    case 'index':
      return card.index === visible.index;
    case 'uuid':
      return card.uuid.toLowerCase().startsWith(visible.prefix);
    case 'hidden':
      return false;
    default:
      return visible satisfies never;
  }
}

/**
 * The session's environment as a worker for the card needs it: cards counted as nvidia-smi counts them, and the one
 * that was found named by its UUID, so that both worlds mean the same. `uuid` null: it was not asked for its name.
 */
export function cardEnvironment(env: Env, uuid: string | null): Env {
  const counted = { ...env, CUDA_DEVICE_ORDER: 'PCI_BUS_ID' };
  return uuid === null ? counted : { ...counted, CUDA_VISIBLE_DEVICES: uuid };
}
