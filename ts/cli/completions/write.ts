import type { Command } from 'commander';
import { writeBash } from './bash.js';
import { writeFish } from './fish.js';
import { walkCommands } from './tree.js';
import { writeZsh } from './zsh.js';

const WRITERS = { bash: writeBash, zsh: writeZsh, fish: writeFish } as const;

export type Shell = keyof typeof WRITERS;

export function isShell(name: string): name is Shell {
  return Object.hasOwn(WRITERS, name);
}

/** A script for the shell, made from the command tree. */
export function writeCompletions(program: Command, shell: Shell): string {
  return WRITERS[shell](walkCommands(program));
}
