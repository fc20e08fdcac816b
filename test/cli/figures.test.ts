import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openMetricsStore } from '../../ts/store/metrics-store.js';
import { segment } from '../store/temporary.js';
import { Home } from './harness.js';

const START_S = Date.UTC(2024, 0, 31, 22, 58) / 1000;

function homeWithSessions(): Home {
  const home = new Home();
  const store = openMetricsStore(home.database);
  for (const [index, words] of [60, 120].entries()) {
    const startS = START_S + index * 86_400;
    const id = store.startSession(startS);
    store.addSegment(segment(id, { words, durationS: 60, characters: words * 6 }));
    store.endSession(id, startS + 95, { gpuPeakMb: 1812, gpuMeanMb: 1790, cpuMeanPercent: 4 });
  }
  store.startSession(START_S + 2 * 86_400);
  store.close();
  return home;
}

describe('history, stats and summary', () => {
  it.each(['history', 'stats', 'summary'])('%s of nothing is no failure', async (command) => {
    const home = new Home();
    const nothing = { code: 0, stdout: '', stderr: 'No sessions found.\n' };
    expect(await home.run([command])).toEqual(nothing);
    expect(existsSync(home.database)).toBe(false);
    openMetricsStore(home.database).close();
    expect(await home.run([command])).toEqual(nothing);
  });

  it('history shows the last sessions, the latest first', async () => {
    const { code, stdout } = await homeWithSessions().run(['history', '--limit', '2']);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'ID  Started           Duration  Segments  Words  WPM  Latency',
        ' 3  2024-02-02 22:58         -         0      0    -        -  not ended',
        ' 2  2024-02-01 22:58      1:35         1    120  120   320 ms',
        '',
      ].join('\n'),
    );
  });

  it('stats shows the session that was asked for', async () => {
    const { stdout } = await homeWithSessions().run(['stats', '1']);
    expect(stdout).toContain('Session 1\n  started   2024-01-31 22:58\n');
    expect(stdout).toContain('  speed       60.0 words per minute\n');
    expect(stdout).toContain('  GPU memory  1790 MB mean, 1812 MB peak\n');
  });

  it('stats shows the latest session where none is named', async () => {
    const { stdout } = await homeWithSessions().run(['stats']);
    expect(stdout).toContain('Session 3\n');
    expect(stdout).toContain('  ended     not yet\n');
  });

  it('stats says that there is no such session', async () => {
    expect(await homeWithSessions().run(['stats', '99'])).toEqual({
      code: 1,
      stdout: '',
      stderr: '✗ Error: No session 99: type swictation history to see the ids\n',
    });
  });

  it('summary shows all sessions together', async () => {
    const { stdout } = await homeWithSessions().run(['summary']);
    expect(stdout).toContain('  sessions    2\n');
    expect(stdout).toContain('  speed       90.0 words per minute\n');
    expect(stdout).toContain('  longest  120 words (session 2)\n');
  });

  it('a damaged database is one line that says what to do', async () => {
    const home = new Home();
    mkdirSync(dirname(home.database), { recursive: true });
    writeFileSync(home.database, 'no database '.repeat(100));
    const { code, stdout, stderr } = await home.run(['summary']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^✗ Error: Metrics database .*move it away.*\n$/);
  });
});
