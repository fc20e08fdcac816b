import { Argument, Command, type CommanderError, Option } from 'commander';
import { version } from '../system/version.js';
import { type CommandSpec, type Described, GROUPS } from './command-list.js';
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
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false);
  prepare(program, listener);
  const chosen = (spec: CommandSpec, call: Pick<Chosen, 'args' | 'options'>) =>
    listener.choose({ program, spec, ...call });
  for (const { heading, commands } of GROUPS) {
    const built = commands.map((spec) => buildCommand(spec, listener, chosen).helpGroup(heading));
    for (const command of built) program.addCommand(command);
  }
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

function buildCommand(
  spec: CommandSpec,
  listener: Listener,
  chosen: (spec: CommandSpec, call: Pick<Chosen, 'args' | 'options'>) => void,
): Command {
  const command = new Command(spec.name)
    .description(spec.summary)
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false);
  prepare(command, listener);
  for (const argument of spec.args ?? []) command.addArgument(buildArgument(argument));
  for (const option of spec.options ?? []) command.addOption(buildOption(option));
  for (const below of spec.subcommands ?? []) {
    command.addCommand(buildCommand(below, listener, chosen));
  }
  return command.action(() =>
    chosen(spec, { args: command.args, options: command.optsWithGlobals() }),
  );
}

function buildArgument([name, description, choices]: Described): Argument {
  const argument = new Argument(name, description);
  return choices === undefined ? argument : argument.choices([...choices]);
}

function buildOption([flags, description, choices]: Described): Option {
  const option = new Option(flags, description);
  return choices === undefined ? option : option.choices([...choices]);
}

/** Errors are thrown, not printed, and `--config` is understood before and behind the command's name. */
function prepare(command: Command, listener: Listener): void {
  command
    .option('--config <file>', 'use this configuration file')
    .allowExcessArguments(false)
    .exitOverride()
    .configureHelp({ subcommandTerm: describeTerm })
    .configureOutput({ outputError: () => undefined, writeOut: (text) => listener.write(text) });
}

/** In a list of commands: its name and arguments; that each has options is said by the list itself. */
function describeTerm(command: Command): string {
  const args = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...args].join(' ');
}
