import { type CommandNode, casePatterns, type OptionNode, optionsWithValues } from './tree.js';

/** The words of the line that are command names lead to one case; what it offers follows from the tree. */
export function writeBash(nodes: readonly CommandNode[]): string {
  const { commands, takingFiles } = casePatterns(nodes);
  return `_swictation() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local at='' next word offers=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${at:+$at }$word"
    case "$next" in
    ${commands}) at="$next" ;;
    esac
  done
  COMPREPLY=()
  case "$previous" in
${optionsWithValues(nodes).map(valueCase).join('\n')}
  esac
  case "$at" in
${nodes.map(offerCase).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$offers" -- "$current"))
  case "$at" in
    ${takingFiles}) [[ "$current" == -* ]] || COMPREPLY+=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _swictation swictation
`;
}

function valueCase({ name, value }: OptionNode): string {
  const words = value.kind === 'choice' ? `-W '${value.words.join(' ')}'` : '-f';
  const offer = value.kind === 'any' ? '' : `COMPREPLY=($(compgen ${words} -- "$current")); `;
  return `    ${name}) ${offer}return ;;`;
}

function offerCase({ path, children, options, choices }: CommandNode): string {
  const names = [...children, ...options].map(({ name }) => name);
  return `    '${path}') offers='${[...choices, ...names].join(' ')}' ;;`;
}
