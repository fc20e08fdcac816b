import { readFileSync } from 'node:fs';
import { Command, type CommanderError, Option } from 'commander';
import { projectRoot } from '../system/paths.js';
import { COMMANDS, type CommandSpec } from './command-list.js';
import type { Call } from './context.js';

/** What was asked for, found but not run yet. */
export interface Chosen {
  readonly program: Command;
  readonly spec: CommandSpec;
  readonly args: readonly string[];
  readonly options: Call['options'];
}

/** Where the tree tells what it understood, and writes help. */
interface Listener {
  /** The one command that the arguments name. */
  choose(chosen: Chosen): void;
  write(text: string): void;
}

export function buildProgram(listener: Listener): Command {
  const program = new Command('swictation')
    .description('Hands-free dictation: talk to the daemon, read its figures, work on files.')
    .version(readVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false);
  prepare(program, listener);
  for (const spec of COMMANDS) addCommand(program, program, spec, listener);
  return program;
}

/** One line for a person; commander's own text may have two. */
export function explainUsage(error: CommanderError): string {
  const message = error.message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  return `swictation: ${message}: type swictation --help`;
}

function addCommand(
  program: Command,
  parent: Command,
  spec: CommandSpec,
  listener: Listener,
): void {
  const command = new Command(spec.name)
    .description(spec.summary)
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false);
  prepare(command, listener);
  for (const [name, description] of spec.args ?? []) command.argument(name, description);
  for (const [flags, description, choices] of spec.options ?? []) {
    const option = new Option(flags, description);
    command.addOption(choices === undefined ? option : option.choices([...choices]));
  }
  for (const subcommand of spec.subcommands ?? [])
    addCommand(program, command, subcommand, listener);
  command.action(() =>
    listener.choose({ program, spec, args: command.args, options: command.optsWithGlobals() }),
  );
  parent.addCommand(command);
}

/** Errors are thrown, not printed, and `--config` is understood before and behind the command's name. */
function prepare(command: Command, listener: Listener): void {
  command
    .option('--config <file>', 'use this configuration file')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: () => undefined, writeOut: (text) => listener.write(text) });
}

function readVersion(): string {
  const file = readFileSync(`${projectRoot()}/package.json`, 'utf8');
  return /"version":\s*"([^"]+)"/.exec(file)?.[1] ?? 'unknown';
}
