import type { CommandNode, OptionNode } from './tree.js';

/** One line for each thing that is offered, with the condition under which it is. */
export function writeFish(nodes: readonly CommandNode[]): string {
  return nodes
    .flatMap(describeCommand)
    .map((line) => `complete -c swictation ${line}\n`)
    .join('');
}

function describeCommand(node: CommandNode): string[] {
  const when = condition(node);
  return [
    ...(node.takesFiles ? [] : [`-f ${when}`]),
    ...node.choices.map((word) => `-f ${when} -a ${word}`),
    ...node.children.map(({ name, summary }) => `-f ${when} -a ${name} -d ${quote(summary)}`),
    ...node.options.map((option) => `${when} ${flag(option)} -d ${quote(option.summary)}`),
  ];
}

function condition({ path, children }: CommandNode): string {
  if (path === '') return "-n '__fish_use_subcommand'";
  const seen = path.split(' ').map((name) => `__fish_seen_subcommand_from ${name}`);
  const below = children.map((one) => one.name).join(' ');
  const notBelow = below === '' ? [] : [`not __fish_seen_subcommand_from ${below}`];
  return `-n '${[...seen, ...notBelow].join('; and ')}'`;
}

function flag({ name, value }: OptionNode): string {
  const spelled = name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`;
  switch (value.kind) {
    case 'choice':
      return `${spelled} -x -a ${quote(value.words.join(' '))}`;
    case 'file':
      return `${spelled} -r -F`;
    case 'any':
      return `${spelled} -x`;
    default:
      return spelled;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
