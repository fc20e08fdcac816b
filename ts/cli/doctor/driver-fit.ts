import { machine } from 'node:os';
import {
  chooseTorchBuild,
  type InstalledTorch,
  judgeFit,
  type TorchBuild,
} from '../../domain/torch-build.js';
import { findCapability } from '../../system/card/card-driver.js';
import type { CardFacts } from '../../system/card/find-card.js';
import {
  environmentFolder,
  installedTorch,
  setupCommand,
} from '../../system/python/environment.js';
import { broken, type Check, type Env, fine, installCommand } from './check.js';

const NAME = 'driver';

/** Driver, CUDA of torch and the card's compute capability against each other. A sleeping card is not asked. */
export async function checkFit(card: CardFacts, env: Env): Promise<Check> {
  const { driverVersion: version } = card;
  const capability = card.asleep ? null : await findCapability(env);
  const torch = findTorch(env);
  const fit = judgeFit({ version, capability }, torch, machine());
  switch (fit.kind) {
    case 'fits': {
      const { build } = chooseTorchBuild({ version, capability }, machine());
      return fine(NAME, describeFit(version, capability, torch ?? build));
    }
    case 'other_build': {
      const { build, words } = fit;
      const fix = `${setupCommand()} (it takes torch ${build.torch} for CUDA ${build.cuda})`;
      return broken(NAME, `${version}: ${words}`, fix);
    }
    case 'old_driver': {
      const names = { apt: 'nvidia-driver', dnf: 'akmod-nvidia', pacman: 'nvidia' };
      const fix = `install a newer driver (${installCommand(names, env)}), restart, then ${setupCommand()}`;
      return broken(NAME, `${fit.words}: the CPU dictates`, fix);
    }
    case 'old_card':
      return fine(NAME, `${version}; ${fit.words}: the CPU dictates`);
    default:
      return fit satisfies never;
  }
}

/** `550.54.14, compute capability 8.6, fits torch 2.10.0 for CUDA 12.8` */
function describeFit(
  version: string,
  capability: string | null,
  torch: InstalledTorch | TorchBuild,
): string {
  const known = capability === null ? version : `${version}, compute capability ${capability}`;
  const name = 'version' in torch ? torch.version : torch.torch;
  return `${known}, fits torch ${name} for CUDA ${torch.cuda}`;
}

function findTorch(env: Env): InstalledTorch | null {
  return installedTorch(env.SWICTATION_PYTHON || `${environmentFolder(env)}/bin/python`);
}
