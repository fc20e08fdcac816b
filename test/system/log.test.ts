import { describe, expect, it } from 'vitest';
import { chooseLogLevel, createLog, type LogLevel } from '../../ts/system/log.js';
import type { LineStyle } from '../../ts/system/log-format.js';

function record(style: LineStyle, level: LogLevel = 'info') {
  const lines: string[] = [];
  return { lines, log: createLog(level, { style, write: (line) => lines.push(line) }) };
}

describe('createLog', () => {
  it('writes one line a call, with fields behind the message', () => {
    const { log, lines } = record('plain');
    log.info('worker started', { role: 'gpu', generation: 7, why: 'two words' });
    expect(lines).toEqual([
      expect.stringMatching(
        /^\d\d:\d\d:\d\d info {2}worker started role=gpu generation=7 why="two words"\n$/,
      ),
    ]);
  });

  it('keeps what is below its level to itself', () => {
    const { log, lines } = record('plain', 'warn');
    log.debug('no');
    log.info('no');
    log.warn('yes');
    log.error('yes');
    expect(lines).toHaveLength(2);
  });

  it('never writes what somebody said', () => {
    const { log, lines } = record('plain');
    log.info('delivered', { text: 'secret', transcript: 'secret', pcm: 'secret', words: 2 });
    expect(lines.join()).toMatch(/delivered words=2\n$/);
  });

  it('stays on one line whatever the message holds', () => {
    const { log, lines } = record('plain');
    log.error('first\nsecond\r\nthird', { cause: 'a\nb' });
    expect(lines.join('').trimEnd()).not.toContain('\n');
  });

  it('speaks to the journal in priorities and to a terminal in colours', () => {
    const journal = record('journald');
    journal.log.warn('careful');
    expect(journal.lines).toEqual(['<4>careful\n']);
    const terminal = record('terminal');
    terminal.log.error('bad');
    expect(terminal.lines.join('')).toContain('\u001b[31m');
  });
});

describe('chooseLogLevel', () => {
  it('lets the environment win where it names a level', () => {
    expect(chooseLogLevel({ SWICTATION_LOG: 'debug' }, 'warn')).toBe('debug');
    expect(chooseLogLevel({ SWICTATION_LOG: 'loud' }, 'warn')).toBe('warn');
    expect(chooseLogLevel({})).toBe('info');
  });
});
