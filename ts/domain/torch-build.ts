/** One build of torch that a lock of ours holds: `locks/torch-NAME.txt`. */
export interface TorchBuild {
  readonly name: 'cuda13' | 'cuda12' | 'cpu';
  readonly torch: string;
  /** CUDA that it is built for; null for the CPU's build. */
  readonly cuda: string | null;
}

/** What is known of card and driver, without torch. */
export interface CardDriver {
  /** As nvidia-smi writes it: `550.54.14`. */
  readonly version: string;
  /** Of the card, `8.6`; null where the driver is too old to tell it. */
  readonly capability: string | null;
}

const CUDA_13: TorchBuild = { name: 'cuda13', torch: '2.13.0', cuda: '13.0' };
/** The newest on PyPI whose METADATA names CUDA 12; from 2.11.0 on it names 13. */
const CUDA_12: TorchBuild = { name: 'cuda12', torch: '2.10.0', cuda: '12.8' };
const CPU: TorchBuild = { name: 'cpu', torch: '2.13.0', cuda: null };
export const BUILDS: readonly TorchBuild[] = [CUDA_13, CUDA_12, CPU];

/** Oldest driver of the CUDA generations, from the release notes of CUDA: within one, older drivers run newer minor versions. */
const LEAST_DRIVERS: Readonly<Record<string, number>> = { '11': 450, '12': 525, '13': 580 };
/** Oldest cards that PyTorch compiles for, from its release matrix; a CUDA that is not named here: as the newest. */
const LEAST_CAPABILITIES: Readonly<Record<string, number>> = { '12.6': 5.0, '12.8': 7.0 };
const NEWEST_LEAST_CAPABILITY = 7.5;

/** A build, and where it is not the one that the card could have: why, in one line. */
export interface BuildChoice {
  readonly build: TorchBuild;
  readonly why: string | null;
}

/**
 * The build for this card and driver. `card` is null without a working driver; `machine` is the machine's name as
 * `uname -m` writes it: the build for CUDA 12 is on PyPI for x86_64 only.
 */
export function chooseTorchBuild(card: CardDriver | null, machine: string): BuildChoice {
  if (card === null) return { build: CPU, why: 'no working NVIDIA driver: the CPU is used' };
  const builds = buildsFor(machine);
  const build = builds.find((one) => findObstacle(card, one.cuda ?? '') === null);
  if (build !== undefined) return { build, why: null };
  const oldest = builds.at(-1)?.cuda ?? '';
  return { build: CPU, why: `${findObstacle(card, oldest)?.words}: the CPU is used` };
}

/** What keeps a torch that is built for `cuda` off this card. */
interface Obstacle {
  readonly what: 'driver' | 'capability';
  readonly words: string;
}

/** Null where a torch built for `cuda` runs on this card and driver, as far as is known. */
function findObstacle(card: CardDriver, cuda: string): Obstacle | null {
  const least = LEAST_DRIVERS[cuda.split('.')[0] ?? ''] ?? LEAST_DRIVERS['13'] ?? 0;
  if (majorOf(card.version) < least) {
    const words = `driver ${card.version} is too old for CUDA ${cuda}, which wants ${least} or newer`;
    return { what: 'driver', words };
  }
  const oldest = LEAST_CAPABILITIES[cuda] ?? NEWEST_LEAST_CAPABILITY;
  if (card.capability === null || Number(card.capability) >= oldest) return null;
  const words = `the card's compute capability ${card.capability} is too low for CUDA ${cuda}, built for ${oldest.toFixed(1)} and up`;
  return { what: 'capability', words };
}

/** The torch that is installed, as its own files tell. */
export interface InstalledTorch {
  /** `2.13.0+cpu` */
  readonly version: string;
  /** CUDA that it is built for, null for the CPU's build. */
  readonly cuda: string | null;
}

/** How torch, driver and card fit together. */
export type Fit =
  /** As far as is known they do. */
  | { readonly kind: 'fits' }
  /** Another build that is on offer would. */
  | { readonly kind: 'other_build'; readonly words: string; readonly build: TorchBuild }
  /** A newer driver is needed, whatever build. */
  | { readonly kind: 'old_driver'; readonly words: string }
  /** No build on offer computes on this card. */
  | { readonly kind: 'old_card'; readonly words: string };

/** `torch` null: none is installed, and the build is judged that setup would take. */
export function judgeFit(card: CardDriver, torch: InstalledTorch | null, machine: string): Fit {
  const { build } = chooseTorchBuild(card, machine);
  const cuda = torch === null ? build.cuda : torch.cuda;
  const obstacle = cuda === null ? null : findObstacle(card, cuda);
  if (cuda !== null && obstacle === null) return { kind: 'fits' };
  if (build.cuda === null) return findRoot(card, machine);
  const words = obstacle?.words ?? `torch ${torch?.version} is the build without CUDA`;
  return { kind: 'other_build', words, build };
}

/** Why none of the builds on offer runs. */
function findRoot(card: CardDriver, machine: string): Fit {
  const oldest = buildsFor(machine).at(-1)?.cuda ?? '';
  const words = findObstacle(card, oldest)?.words ?? '';
  const isDriver = findObstacle({ ...card, capability: null }, oldest) !== null;
  return { kind: isDriver ? 'old_driver' : 'old_card', words };
}

function buildsFor(machine: string): readonly TorchBuild[] {
  return machine === 'x86_64' ? [CUDA_13, CUDA_12] : [CUDA_13];
}

/** The driver's branch: 550 of `550.54.14`. */
function majorOf(version: string): number {
  return Number(version.split('.')[0]);
}
