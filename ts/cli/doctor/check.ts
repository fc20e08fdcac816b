import { findOnPath } from '../../system/find-on-path.js';
import type { CliContext } from '../context.js';

/** One line of the report: fine, or what to type. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** The command to type, or what to do by hand; null where all is well. */
  readonly fix: string | null;
}

export type Env = CliContext['env'];

export function fine(name: string, detail: string): Check {
  return { name, ok: true, detail, fix: null };
}

export function broken(name: string, detail: string, fix: string): Check {
  return { name, ok: false, detail, fix };
}

/** Name of a package where distributions differ. */
type PackageNames = { readonly apt: string; readonly dnf?: string; readonly pacman?: string };

/** How this machine installs a package. */
export function installCommand(names: PackageNames, env: Env): string {
  if (findOnPath('apt', env) !== null) return `sudo apt install ${names.apt}`;
  if (findOnPath('dnf', env) !== null) return `sudo dnf install ${names.dnf ?? names.apt}`;
  if (findOnPath('pacman', env) !== null) return `sudo pacman -S ${names.pacman ?? names.apt}`;
  return `install the package ${names.apt}`;
}
