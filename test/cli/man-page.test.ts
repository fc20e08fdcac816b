import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command, Option } from 'commander';
import { expect, it } from 'vitest';
import { buildProgram } from '../../ts/cli/program.js';
import { buildCommand } from '../../ts/daemon/options.js';

/** `npx vitest run test/cli/man-page.test.ts -u` writes it anew after a command has changed. */
it('the manual page says what the command tree says', async () => {
  const program = buildProgram({ choose: () => {}, write: () => {} });
  await expect(writeManPage(program)).toMatchFileSnapshot('../../docs/swictation.1');
});

it('the manual page names each option of the daemon that people rely on', () => {
  const page = readText('docs/swictation.1');
  const options = [
    '--source',
    '--realtime',
    '--fast',
    '--sink',
    '--start',
    '--exit-when-done',
    '--device',
  ];
  for (const option of options) expect(page).toContain(`.B ${roff(option)}`);
});

it('the manual page has an entry for each command of docs/cli.md', () => {
  const page = readText('docs/swictation.1');
  const table = readText('docs/cli.md');
  const commands = [...table.matchAll(/^\| `swictation ([a-z-]+)/gm)].map(([, name]) => name);
  expect(commands.length).toBeGreaterThan(15);
  for (const name of commands) expect(page).toContain(`.B swictation ${roff(name ?? '')}`);
});

function readText(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
}

function writeManPage(program: Command): string {
  const commands = program.commands.flatMap((one) => entry(one, ''));
  return `${[...header(program), ...commands, ...daemonOptions(), ...footer()].join('\n')}\n`;
}

function daemonOptions(): string[] {
  const { options } = buildCommand('', () => {});
  return ['.SH OPTIONS OF THE DAEMON', ...options.flatMap(optionEntry)];
}

function optionEntry({ flags, description }: Option): string[] {
  return ['.TP', `.B ${roff(flags)}`, roff(capitalise(description))];
}

function header(program: Command): string[] {
  return [
    '.TH SWICTATION 1',
    '.SH NAME',
    'swictation, swictationd \\- hands\\-free dictation',
    '.SH SYNOPSIS',
    '.B swictation',
    '.RI [ \\-\\-config\\ FILE ] " COMMAND " [ OPTION ...]',
    '.br',
    '.B swictationd',
    '.RI [ OPTION ...]',
    '.SH DESCRIPTION',
    `${roff(program.description())}`,
    'The daemon, swictationd, listens, recognises speech and types it into the focused window. It runs as the user',
    'service swictation.service. Nothing that was said is lost: what could not be typed waits in',
    '.BR "swictation pending" .',
    '.SH COMMANDS',
  ];
}

function entry(command: Command, above: string): string[] {
  const name = `${above}${command.name()}`;
  const args = command.registeredArguments.map((arg) =>
    arg.required ? `${arg.name().toUpperCase()}` : `[${arg.name().toUpperCase()}]`,
  );
  const options = command.options.filter(({ long }) => long !== '--config');
  return [
    '.TP',
    `.B swictation ${roff([name, ...args].join(' '))}`,
    roff(capitalise(command.description())),
    ...options.flatMap((option) => ['.RS', ...optionEntry(option), '.RE']),
    ...command.commands.flatMap((one) => entry(one, `${name} `)),
  ];
}

function footer(): string[] {
  return [
    '.SH EXIT STATUS',
    '0 done, 1 failed, 2 wrong usage, 130 ended by Ctrl+C.',
    '.SH FILES',
    ...file(
      '~/.config/swictation/config.toml',
      'Settings, written with comments where it is missing.',
    ),
    ...file('~/.local/share/swictation/metrics.db', 'Statistics.'),
    ...file('~/.local/state/swictation/journal', 'Recordings whose text was not delivered yet.'),
    '.SH EXAMPLES',
    'A key binding of sway:',
    '.PP',
    '.nf',
    'bindsym Mod4+d exec swictation toggle',
    '.fi',
  ];
}

function file(path: string, meaning: string): string[] {
  return ['.TP', `.I ${roff(path)}`, meaning];
}

function capitalise(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`.replace(/\.\.$/, '.');
}

/** A hyphen that is typed is not the one that is printed, and a leading dot would be an order. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/, '\\&$1');
}
