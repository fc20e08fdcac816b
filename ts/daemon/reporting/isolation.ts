import { machine } from 'node:os';
import { type CardDriver, type InstalledTorch, judgeFit } from '../../domain/torch-build.js';
import { findCardDriver } from '../../system/card/card-driver.js';
import type { Env } from '../../system/env.js';
import {
  environmentFolder,
  installedTorch,
  setupCommand,
} from '../../system/python/environment.js';

/** What a person reads when the card is given up until something else is installed. */
export async function explainIsolation(env: Env): Promise<string> {
  const python = env.SWICTATION_PYTHON || `${environmentFolder(env)}/bin/python`;
  return describeIsolation(await findCardDriver(env), installedTorch(python), machine());
}

/** One line: what does not fit, and what to type. @forTests */
export function describeIsolation(
  card: CardDriver | null,
  torch: InstalledTorch | null,
  machineName: string,
): string {
  const fit = card === null ? null : judgeFit(card, torch, machineName);
  switch (fit?.kind) {
    case undefined:
    case 'fits':
      return 'The CPU dictates until what is installed fits the card: type `swictation doctor`';
    case 'other_build':
      return `The CPU dictates, ${fit.words}: type \`${setupCommand()}\`, it takes torch ${fit.build.torch} for CUDA ${fit.build.cuda}`;
    case 'old_driver':
      return `The CPU dictates, ${fit.words}: install a newer NVIDIA driver, then type \`${setupCommand()}\``;
    case 'old_card':
      return `The CPU dictates, ${fit.words}`;
    default:
      return fit satisfies never;
  }
}
