import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../ts/cli/command-list.js';
import { writeCompletions } from '../../ts/cli/completions/write.js';
import { buildProgram } from '../../ts/cli/program.js';
import { onPath } from '../system/private-bus.js';

const program = buildProgram({ choose: () => undefined, write: () => undefined });

/** What bash would offer for a line, its last word being completed. */
function complete(...words: string[]): string[] {
  const script = `${writeCompletions(program, 'bash')}
COMP_WORDS=(${['swictation', ...words].map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length}
_swictation
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

describe('completions', () => {
  it('in bash offer every command, and what fits', () => {
    expect(complete('')).toEqual(expect.arrayContaining(COMMANDS.map((one) => one.name)));
    expect(complete('st')).toEqual(expect.arrayContaining(['start', 'status', 'stats', 'stop']));
    expect(complete('st')).not.toContain('toggle');
  });

  it('in bash know subcommands, options and their values', () => {
    expect(complete('pending', '')).toEqual(expect.arrayContaining(['type', 'drop', '--json']));
    expect(complete('pending', 'drop', '--')).toEqual(['--config', '--yes', '--help']);
    expect(complete('status', '--format', 'w')).toEqual(['waybar']);
    expect(complete('--config', 'x.toml', 'why', '-')).toContain('-n');
  });

  it('in bash offer files where a command takes them', () => {
    expect(complete('transcribe', 'package')).toContain('package.json');
    expect(complete('toggle', 'package')).toEqual([]);
  });

  it('in bash know the shells, and offer nothing for a number', () => {
    expect(complete('completions', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
    expect(complete('history', '--limit', '')).toEqual([]);
  });
});

describe.skipIf(!onPath('fish'))('completions in fish (needs fish)', () => {
  /** The words that fish offers for a line. */
  function offered(line: string): string[] {
    const script = `${writeCompletions(program, 'fish')}\ncomplete -C '${line}'`;
    const { stdout, stderr } = spawnSync('fish', ['-N', '-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout
      .split('\n')
      .flatMap((found) => (found === '' ? [] : [found.split('\t')[0] ?? '']));
  }

  it('offer commands, subcommands, options, their values and files', () => {
    expect(offered('swictation ')).toEqual(expect.arrayContaining(COMMANDS.map((one) => one.name)));
    expect(offered('swictation pending d')).toEqual(['drop']);
    expect(offered('swictation pending drop --y')).toEqual(['--yes']);
    expect(offered('swictation status --format w')).toEqual(['waybar']);
    expect(offered('swictation completions z')).toEqual(['zsh']);
    expect(offered('swictation transcribe package.j')).toEqual(['package.json']);
    expect(offered('swictation toggle package.j')).toEqual([]);
  });
});

describe.skipIf(!onPath('zsh'))('completions in zsh (needs zsh)', () => {
  /** What the function hands to zsh's own offering functions, which only work in a terminal. */
  function offered(...words: string[]): string[] {
    const line = ['swictation', ...words].map((word) => `'${word}'`).join(' ');
    const script = `words=(${line}); CURRENT=${words.length + 1}
_describe() { print -rl -- "\${(@P)2}"; }
_files() { print FILES; }
compadd() { print -rl -- "$@"; }
_swictation() {\n${writeCompletions(program, 'zsh')}\n}\n_swictation`;
    const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').flatMap((found) => (found === '' ? [] : [found.split(':')[0] ?? '']));
  }

  it('offer commands, subcommands, options, their values and files', () => {
    expect(offered('')).toEqual(expect.arrayContaining(COMMANDS.map((one) => one.name)));
    expect(offered('pending', '')).toEqual([
      ...['type', 'drop', '--config', '--json', '--recent', '--help'],
    ]);
    expect(offered('pending', 'drop', '')).toEqual(['--config', '--yes', '--help']);
    expect(offered('status', '--format', '')).toEqual(['plain', 'json', 'waybar']);
    expect(offered('--config', 'x', 'completions', '').slice(0, 3)).toEqual([
      'bash',
      'zsh',
      'fish',
    ]);
    expect(offered('transcribe', '')[0]).toBe('FILES');
    expect(offered('history', '--limit', '')).toEqual([]);
  });
});
