import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../ts/cli/command-list.js';
import { writeCompletions } from '../../ts/cli/completions.js';
import { buildProgram } from '../../ts/cli/program.js';

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

  it('in zsh and fish name every command', () => {
    const zsh = writeCompletions(program, 'zsh');
    expect(zsh).toMatch(/^#compdef swictation\n/);
    const fish = writeCompletions(program, 'fish');
    for (const { name } of COMMANDS) {
      expect(zsh).toContain(name);
      expect(fish).toContain(` -a ${name} `);
    }
    expect(fish).toContain("-l yes -d 'do not ask'");
  });
});
