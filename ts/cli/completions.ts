import type { Command } from 'commander';

/** A command as a shell completes it. `path` is empty for the program itself. */
interface Node {
  readonly path: string;
  readonly children: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly { readonly flag: string; readonly summary: string }[];
  readonly takesFiles: boolean;
}

/** A script for the shell, made from the command tree. */
export function writeCompletions(program: Command, shell: 'bash' | 'zsh' | 'fish'): string {
  const nodes = walk(program, '');
  switch (shell) {
    case 'bash':
      return writeBash(nodes);
    case 'zsh':
      return `#compdef swictation\nautoload -U +X bashcompinit && bashcompinit\n${writeBash(nodes)}`;
    case 'fish':
      return writeFish(nodes);
    default:
      return shell satisfies never;
  }
}

function walk(command: Command, path: string): Node[] {
  const node: Node = {
    path,
    children: command.commands.map((one) => ({ name: one.name(), summary: one.description() })),
    options: command.options.map((one) => ({
      flag: one.long ?? one.flags,
      summary: one.description,
    })),
    takesFiles: command.registeredArguments.some((one) => one.name() === 'file'),
  };
  const below = command.commands.flatMap((one) => walk(one, `${path} ${one.name()}`.trim()));
  return [node, ...below];
}

/** The words of the line that are command names lead to one case; what it offers follows from the tree. */
function writeBash(nodes: readonly Node[]): string {
  const cases = nodes.map(({ path, children, options }) => {
    const words = [
      ...children.map((one) => one.name),
      ...options.map(({ flag }) => flagName(flag)),
    ];
    return `    '${path}') words='${words.join(' ')} --help' ;;`;
  });
  const files = nodes.filter((node) => node.takesFiles).map((node) => `'${node.path}'`);
  const names = nodes.filter((node) => node.path !== '').map((node) => `'${node.path}'`);
  return `_swictation() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local path='' next word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${path:+$path }$word"
    case "$next" in
    ${names.join('|')}) path="$next" ;;
    esac
  done
  COMPREPLY=()
  case "$previous" in
    --config) COMPREPLY=($(compgen -f -- "$current")); return ;;
    --format) COMPREPLY=($(compgen -W 'plain json waybar' -- "$current")); return ;;
  esac
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  case "$path" in
    ${files.join('|')}) [[ "$current" == -* ]] || COMPREPLY+=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _swictation swictation
`;
}

function writeFish(nodes: readonly Node[]): string {
  return nodes
    .flatMap((node) => {
      const when = fishCondition(node);
      const rest = node.takesFiles ? [] : [`complete -c swictation -f ${when}`];
      const children = node.children.map(
        (one) => `complete -c swictation -f ${when} -a ${one.name} -d ${quoteFish(one.summary)}`,
      );
      const options = node.options.map(
        ({ flag, summary }) =>
          `complete -c swictation ${when} ${fishFlag(flag)} -d ${quoteFish(summary)}`,
      );
      return [...rest, ...children, ...options];
    })
    .map((line) => `${line}\n`)
    .join('');
}

function fishCondition({ path, children }: Node): string {
  if (path === '') return "-n '__fish_use_subcommand'";
  const seen = path.split(' ').map((name) => `__fish_seen_subcommand_from ${name}`);
  const below = children.map((one) => one.name).join(' ');
  const notBelow = below === '' ? [] : [`not __fish_seen_subcommand_from ${below}`];
  return `-n '${[...seen, ...notBelow].join('; and ')}'`;
}

function fishFlag(flag: string): string {
  const name = flagName(flag);
  const value = name === '--config' ? ' -r -F' : '';
  return name.startsWith('--') ? `-l ${name.slice(2)}${value}` : `-o ${name.slice(1)}${value}`;
}

function flagName(flag: string): string {
  return flag.split(/[ ,]/)[0] ?? flag;
}

function quoteFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
