import { describe, expect, it } from 'vitest';
import { applyCommands } from '../../ts/voice/apply.js';
import { formsOfCustomWord, whyNeverHeard } from '../../ts/voice/heard-form.js';
import { parseReplacements, readOwnWords } from '../../ts/voice/replacements.js';

function typed(heard: string, file: string): string {
  const replacements = parseReplacements('words.tsv', file);
  return applyCommands(heard, { mode: 'all', replacements }).text;
}

describe('own words as an editor writes them', () => {
  it.each([
    ['don\u2019t know\tdunno', "i don't know", 'i dunno'],
    ["don't know\tdunno", 'i don\u2019t know', 'i dunno'],
    ['e-mail\tE-Mail', 'send an e mail now', 'send an E-Mail now'],
    ['e-mail\tE-Mail', 'send an email now', 'send an E-Mail now'],
    ['e-mail\tE-Mail', 'send an e-mail now', 'send an E-Mail now'],
    ['wi\u2011fi\tWLAN', 'the wi fi', 'the WLAN'],
    ['node.js\tNode.js', 'use node dot js here', 'use Node.js here'],
    ['node.js\tNode.js', 'use node js here', 'use Node.js here'],
    ['.net\t.NET', 'the dot net world', 'the .NET world'],
    ['cafe\u0301 bar\tCAF', 'the caf\u00e9 bar', 'the CAF'],
    ['caf\u00e9 bar\tCAF', 'the cafe\u0301 bar', 'the CAF'],
    ['za\u00adpf\tZ', 'za zapf', 'za Z'],
    ["rock 'n' roll\tR'n'R", 'rock n roll', "R'n'R"],
    ['Hello, World!\tHW', 'say hello world', 'say HW'],
  ])('%j matches %j', (file, heard, text) => {
    expect(typed(heard, file)).toBe(text);
  });

  it.each([
    ['re-sign\tX', 'i resign', 'i resign'],
    ['u.s.\tX', 'tell us', 'tell us'],
    ['dash board\tX', 'a dashboard', 'a dashboard'],
    ['cooper netties\tX', 'cooper, netties', 'cooper, netties'],
  ])('%j does not match %j', (file, heard, text) => {
    expect(typed(heard, file)).toBe(text);
  });

  it('keeps a form for the word that is written so', () => {
    expect(typed('an email', 'e-mail\tone\nemail\ttwo')).toBe('an two');
    expect(typed('an email', 'email\ttwo\ne-mail\tone')).toBe('an two');
  });

  it('wins over a rule of the same length, and loses against a longer one', () => {
    expect(typed('new line', 'new-line\tN')).toBe('N');
    expect(typed('a new line', 'new\tN')).toBe('a \n');
    expect(typed('literally e mail', 'e-mail\tN')).toBe('e mail');
  });

  it('names what is never heard, and keeps it', () => {
    const file = 'covid 19\ta\nc++\tb\nnode.js\tc\n\ud83d\ude00\td\n!\te\n';
    const { words, notes } = readOwnWords('words.tsv', { text: file, note: 'read as UTF-16' });
    expect(words.size).toBe(5);
    expect(notes).toEqual([
      'words.tsv: read as UTF-16',
      'words.tsv: "covid 19" is never heard (numbers are heard as words (nineteen, not 19)), ' +
        '"c++" is never heard (+ is heard as its word, not as a sign), ' +
        '"\ud83d\ude00" is never heard (\ud83d\ude00 is heard as its word, not as a sign), and 1 more',
    ]);
    expect(whyNeverHeard('!')).toBe('nothing of it is a word');
    expect(whyNeverHeard("l'\u00e9t\u00e9")).toBeNull();
    expect(formsOfCustomWord('x-ray.js')).toEqual([
      ...['x ray dot js', 'x ray js', 'xray dot js', 'xray js'],
    ]);
  });
});
