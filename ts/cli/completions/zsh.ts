import { type CommandNode, casePatterns, type OptionNode, optionsWithValues } from './tree.js';

/** As in bash, in zsh's own words, with what each offer means beside it. */
export function writeZsh(nodes: readonly CommandNode[]): string {
  const { commands, takingFiles } = casePatterns(nodes);
  return `#compdef swictation
local at='' next word
local -a offers
for word in "\${(@)words[2,CURRENT-1]}"; do
  next="\${at:+$at }$word"
  case "$next" in
  ${commands}) at="$next" ;;
  esac
done
case "\${words[CURRENT-1]}" in
${optionsWithValues(nodes).map(valueCase).join('\n')}
esac
case "$at" in
${nodes.map(offerCase).join('\n')}
esac
case "$at" in
  ${takingFiles}) _files ;;
esac
_describe swictation offers
`;
}

function valueCase({ name, value }: OptionNode): string {
  switch (value.kind) {
    case 'choice':
      return `  ${name}) compadd ${value.words.join(' ')}; return ;;`;
    case 'file':
      return `  ${name}) _files; return ;;`;
    default:
      return `  ${name}) return ;;`;
  }
}

function offerCase({ path, children, options, choices }: CommandNode): string {
  const described = [...children, ...options].map(({ name, summary }) => `${name}:${summary}`);
  return `  '${path}') offers=(${[...choices, ...described].map(quote).join(' ')}) ;;`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
