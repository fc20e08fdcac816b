import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Home } from './harness.js';

function configure(home: Home, line: string): void {
  const file = join(home.folder, '.config', 'swictation', 'config.toml');
  appendFileSync(file, `[voice]\n${line}\n`);
}

describe('transform', () => {
  it('takes each line through the voice commands', async () => {
    const input = 'we return to the space station at nine\n\nhello comma world period';
    expect(await new Home().run(['transform'], input)).toEqual({
      code: 0,
      stdout: 'we<KEY:Return> to the  station @ 9\n\nhello, world.\n',
      stderr: '',
    });
  });

  it.each([
    ['all', 'press return now, comma\n', 'press<KEY:Return> now,,\n'],
    ['punctuation', 'we return comma then\n', 'we return, then\n'],
    ['off', 'we return comma then\n', 'we return comma then\n'],
  ])('applies the commands as the daemon would: %s', async (mode, input, stdout) => {
    const home = new Home();
    configure(home, `commands = "${mode}"`);
    expect(await home.run(['transform'], input)).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('applies own words as the daemon does, and says what is wrong with their file', async () => {
    const home = new Home();
    const words = join(home.folder, 'words.tsv');
    configure(home, 'replacements = "~/words.tsv"');
    writeFileSync(words, '\ufeff# mine\njason\tJSON\ncovid 19\tCOVID-19\n');
    const { code, stdout, stderr } = await home.run(['transform'], 'send jason comma\n');
    expect([code, stdout]).toEqual([0, 'send JSON,\n']);
    expect(stderr).toBe(
      `[voice] replacements: ${words}: "covid 19" is never heard (numbers are heard as words (nineteen, not 19))\n`,
    );
    writeFileSync(words, 'no tab\n');
    const wrong = await home.run(['transform'], 'send jason comma\n');
    expect([wrong.code, wrong.stdout]).toEqual([0, 'send jason,\n']);
    expect(wrong.stderr).toMatch(
      /^\[voice\] replacements: .*words\.tsv: line 1 has no spoken form/,
    );
  });

  it('says which setting is wrong, and types nothing', async () => {
    const home = new Home();
    configure(home, 'commands = "none"');
    const { code, stdout, stderr } = await home.run(['transform'], 'hello\n');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/\[voice\] commands/);
  });

  it('takes a line of 180,000 words', async () => {
    const input = `${'hello comma world return '.repeat(45_000)}\n`;
    const { code, stdout } = await new Home().run(['transform'], input);
    expect([code, stdout.length]).toEqual([
      0,
      'hello, world<KEY:Return>'.length * 45_000 + 44_999 + 1,
    ]);
  });

  it('ends a line at a line feed only', async () => {
    const { stdout } = await new Home().run(['transform'], 'a\u2028b\rc\r\nd\n');
    expect(stdout).toBe('a b c\nd\n');
  });

  it('keeps texts with line feeds apart as JSON', async () => {
    const input = `${JSON.stringify('new line return\ncomma')}\n"\\u00e4 open paren"\n`;
    const { code, stdout } = await new Home().run(['transform', '--json'], input);
    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(['\n<KEY:Return>,', 'ä(']);
  });

  it.each(['x', '1', '', '"open'])('says which line is no JSON string: %j', async (line) => {
    const ended = await new Home().run(['transform', '--json'], `"fine"\n${line}\n`);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toBe('✗ Error: Line 2 is not a JSON string: write it as "..."\n');
  });

  it('cuts no character that comes in two chunks', async () => {
    const { child, ended } = new Home().start(['transform']);
    const bytes = Buffer.from('grün 𝐀\n');
    child.stdin.write(bytes.subarray(0, 3));
    await new Promise((resolve) => child.stdin.write(bytes.subarray(3, 8), resolve));
    child.stdin.end(bytes.subarray(8));
    expect((await ended).stdout).toBe('grün 𝐀\n');
  });

  it('ends quietly when nobody reads any more', async () => {
    const { child, ended } = new Home().start(['transform']);
    child.stdout.destroy();
    child.stdin.end('hello comma\n'.repeat(200_000));
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([0, '']);
  });

  it('ends quietly with 130 at Ctrl+C', async () => {
    const { child, ended, line } = new Home().start(['transform']);
    child.stdin.write('hello comma\n');
    await line((text) => text === 'hello,');
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 130, stdout: 'hello,\n', stderr: '' });
  });
});
