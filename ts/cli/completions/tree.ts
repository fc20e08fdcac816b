import type { Command, Option } from 'commander';

/** What stands behind an option's name: nothing, a file, one of some words, or anything. */
type OptionValue =
  | { readonly kind: 'none' | 'file' | 'any' }
  | { readonly kind: 'choice'; readonly words: readonly string[] };

export interface OptionNode {
  /** `--json`, or `-n` where there is no long form. */
  readonly name: string;
  readonly summary: string;
  readonly value: OptionValue;
}

/** A command as a shell completes it. `path` is empty for the program itself. */
export interface CommandNode {
  readonly path: string;
  readonly children: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly OptionNode[];
  /** Words that its argument may be. */
  readonly choices: readonly string[];
  readonly takesFiles: boolean;
}

const HELP: OptionNode = { name: '--help', summary: 'print help', value: { kind: 'none' } };

/** The command and all below it. */
export function walkCommands(command: Command, path = ''): readonly CommandNode[] {
  const { registeredArguments: args } = command;
  const node: CommandNode = {
    path,
    children: command.commands.map((one) => ({ name: one.name(), summary: one.description() })),
    options: [...command.options.map(describeOption), HELP],
    choices: args.flatMap((one) => one.argChoices ?? []),
    takesFiles: args.some((one) => one.name() === 'file'),
  };
  const below = command.commands.flatMap((one) => {
    return walkCommands(one, `${path} ${one.name()}`.trim());
  });
  return [node, ...below];
}

/** Patterns of `case` in bash and zsh: all paths below the program, and those whose arguments are files. */
export function casePatterns(nodes: readonly CommandNode[]): {
  readonly commands: string;
  readonly takingFiles: string;
} {
  const commands = nodes.filter(({ path }) => path !== '');
  const takingFiles = nodes.filter(({ takesFiles }) => takesFiles);
  return { commands: joinPaths(commands), takingFiles: joinPaths(takingFiles) };
}

function joinPaths(nodes: readonly CommandNode[]): string {
  return nodes.map(({ path }) => `'${path}'`).join('|');
}

/** Options with values, each once: they are completed alike wherever they stand. */
export function optionsWithValues(nodes: readonly CommandNode[]): readonly OptionNode[] {
  const found = new Map<string, OptionNode>();
  for (const option of nodes.flatMap(({ options }) => options)) {
    if (option.value.kind !== 'none') found.set(option.name, option);
  }
  return [...found.values()];
}

function describeOption(option: Option): OptionNode {
  const name = option.long ?? option.short ?? option.flags;
  return { name, summary: option.description, value: describeValue(option) };
}

function describeValue({ argChoices, flags }: Option): OptionValue {
  if (argChoices !== undefined) return { kind: 'choice', words: argChoices };
  if (!flags.includes('<')) return { kind: 'none' };
  return { kind: flags.includes('<file>') ? 'file' : 'any' };
}
