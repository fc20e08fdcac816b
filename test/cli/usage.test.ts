import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../ts/cli/command-list.js';
import { runProgram } from '../../ts/system/process/process.js';
import { Home, PROGRAM } from './harness.js';

describe('usage', () => {
  it.each([
    [['foggle'], /^swictation: unknown command 'foggle' .*toggle.*: type swictation --help\n$/],
    [['toggle', '--fast'], /^swictation: unknown option '--fast'.*\n$/],
    [['toggle', 'now'], /^swictation: too many arguments for 'toggle'.*\n$/],
    [['pending', 'type'], /^swictation: missing required argument 'id'.*\n$/],
    [['pending', 'type', 'x'], /^✗ Error: ID must be a whole number from 1, not "x"\n$/],
    [['history', '--limit', '0'], /^✗ Error: --limit must be a whole number from 1.*\n$/],
    [['status', '--format', 'json'], /^✗ Error: --format goes with --follow\n$/],
    [['status', '--follow', '--format', 'xml'], /^swictation: option '--format <format>'.*\n$/],
    [['completions', 'powershell'], /^swictation: .*'powershell' is invalid.*bash, zsh, fish.*\n$/],
  ])('of %j is wrong: one line, exit code 2', async (args, stderr) => {
    const ended = await new Home().run(args);
    expect(ended.code).toBe(2);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toMatch(stderr);
  });

  it('is printed for every command, and lists all of them', async () => {
    const home = new Home();
    const { code, stdout } = await home.run(['--help']);
    expect(code).toBe(0);
    for (const { name } of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    const help = await home.run(['pending', 'drop', '--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/^Usage: swictation pending drop \[options\] <id>/);
    expect((await home.run([])).stdout).toBe(stdout);
  });

  it.each([['--help'], ['completions', 'bash'], ['transform']])(
    'of a full disk: %j says so in one line',
    async (...args) => {
      const home = new Home();
      const command = `"$0" "$@" </etc/passwd >/dev/full`;
      const words = ['-c', command, process.execPath, PROGRAM, ...args];
      const { code, stderr } = await runProgram('sh', words, { env: home.env, timeoutMs: 100_000 });
      expect(stderr).toBe("✗ Error: The output can't be written: no space is left there\n");
      expect(code).toBe(1);
    },
  );

  it('of --version is the version of the package, and the commit', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect((await new Home().run(['--version'])).stdout).toMatch(
      new RegExp(`^${version}( \\([0-9a-f]{8}\\+?\\))?\n$`),
    );
  });

  it('takes --config before and behind the command, and says what is wrong with the file', async () => {
    const home = new Home();
    for (const args of [
      ['--config', '/none.toml', 'toggle'],
      ['toggle', '--config', '/none.toml'],
    ]) {
      const ended = await home.run(args);
      expect(ended.code).toBe(1);
      expect(ended.stderr).toMatch(/^✗ Error: \/none\.toml: .*\n$/);
    }
  });
});

describe('the page docs/cli.md', () => {
  it('has a row for every command with its options', () => {
    const page = readFileSync('docs/cli.md', 'utf8');
    const rows = page.split('\n').filter((line) => line.startsWith('| `swictation '));
    const named = rows.map((row) => row.split('|')[1] ?? '');
    for (const spec of COMMANDS) {
      const all = [spec, ...(spec.subcommands ?? [])];
      for (const { name, options } of all) {
        const path = name === spec.name ? name : `${spec.name} ${name}`;
        const row = named.find((cell) => cell.includes(`\`swictation ${path}`));
        expect(row, path).toBeDefined();
        for (const [flags] of options ?? []) expect(row, path).toContain(flags.split(' ')[0]);
      }
    }
    const total = COMMANDS.length + COMMANDS.flatMap((one) => one.subcommands ?? []).length;
    expect(rows).toHaveLength(total);
  });
});
