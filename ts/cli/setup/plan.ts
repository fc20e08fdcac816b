import {
  BUILDS,
  type CardDriver,
  chooseTorchBuild,
  type TorchBuild,
} from '../../domain/torch-build.js';

export interface Situation {
  /** Asked for by name, card or not. */
  readonly full: boolean;
  readonly card: CardDriver | null;
  /** As `uname -m` writes it. */
  readonly machine: string;
  /** What the environment has already: a full worker, and the name of its torch build. */
  readonly present: { readonly full: boolean; readonly torch: string | null };
}

export interface Plan {
  /** Locks to install beside `build` and `embedded`; null: the embedded engine alone. */
  readonly torch: TorchBuild | null;
  /** One line for the person, where the card gets less than it has. */
  readonly why: string | null;
}

/**
 * Which packages this machine gets. The full worker comes where a card can use it, where it was asked for, and where
 * it is already. A build for CUDA stays while the driver gives no answer: after an update of the driver, until the
 * restart, that is so.
 */
export function planSetup({ full, card, machine, present }: Situation): Plan {
  const kept = card === null ? BUILDS.find(({ name }) => name === present.torch) : undefined;
  if (kept !== undefined) return { torch: kept, why: null };
  const { build, why } = chooseTorchBuild(card, machine);
  const wanted = full || present.full || build.cuda !== null;
  if (!wanted) return { torch: null, why: card === null ? null : why };
  return { torch: build, why };
}
