import { Command, CommanderError, Option } from 'commander';
import { Problem } from '../domain/problem.js';
import type { DeviceChoice } from './assembly/choose-card.js';

/** What `swictationd` was told on its command line. */
export interface DaemonOptions {
  readonly config: string | null;
  readonly source: string;
  readonly pace: 'realtime' | 'fast';
  readonly sink: string | null;
  readonly start: boolean;
  readonly exitWhenDone: boolean;
  readonly device: DeviceChoice | null;
  readonly record: string | null;
}

export type ParsedOptions =
  | { readonly kind: 'run'; readonly options: DaemonOptions }
  /** `--help` or `--version` was answered. */
  | { readonly kind: 'answered' };

/** Reads the command line; wrong usage is a Problem with exit code 2. */
export function parseDaemonOptions(
  args: readonly string[],
  version: string,
  write: (text: string) => void,
): ParsedOptions {
  const command = buildCommand(version, write);
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'answered' };
    throw usage(error.message.replace(/^error: /, ''));
  }
  return { kind: 'run', options: readOptions(command.opts()) };
}

/** The command line itself. @forTests The manual page is held to it. */
export function buildCommand(version: string, write: (text: string) => void): Command {
  return new Command('swictationd')
    .description('Hands-free dictation daemon: listens, recognises, types.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('--config <file>', 'use this configuration file')
    .option(
      '--source <source>',
      'listen to mic, or to wav:FILE[,FILE...] as to a microphone',
      'mic',
    )
    .addOption(new Option('--realtime', 'play files at the speed of speech').conflicts('fast'))
    .option('--fast', 'play files as fast as they are recognised')
    .option(
      '--sink <sink>',
      'type by auto, wtype, portal, ydotool, xdotool, clipboard, stdout or file:PATH',
    )
    .option('--start', 'begin recording at once')
    .option('--exit-when-done', 'leave when the files have ended and all text is delivered')
    .option('--device <device>', 'recognise on auto, cpu, cuda or sim:MB (a simulated card)')
    .option('--record <file>', 'write the events of the memory policy to a file, for replay')
    .allowExcessArguments(false)
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: () => {} });
}

function readOptions(values: Record<string, unknown>): DaemonOptions {
  return {
    config: text(values.config),
    source: readSource(text(values.source) ?? 'mic'),
    pace: values.fast === true ? 'fast' : 'realtime',
    sink: text(values.sink),
    start: values.start === true,
    exitWhenDone: values.exitWhenDone === true,
    device: readDevice(text(values.device)),
    record: text(values.record),
  };
}

function readSource(source: string): string {
  if (source === 'mic' || /^wav:./.test(source)) return source;
  throw usage(`--source ${source}: expected mic or wav:FILE[,FILE...]`);
}

function readDevice(device: string | null): DeviceChoice | null {
  if (device === null) return null;
  if (device === 'auto' || device === 'cpu' || device === 'cuda') return { kind: device };
  const simulated = /^sim:(\d{3,6})$/.exec(device);
  if (simulated) return { kind: 'sim', totalMb: Number(simulated[1]) };
  throw usage(`--device ${device}: expected auto, cpu, cuda or sim:MB (for example sim:4295)`);
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function usage(message: string): Problem {
  return new Problem('usage', `swictationd: ${message}; see \`swictationd --help\``, {
    exitCode: 2,
  });
}
