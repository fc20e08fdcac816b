import { describe, expect, it } from 'vitest';
import { drawGraph, rowOf } from '../../ts/cli/screen/graph.js';
import { drawTop } from '../../ts/cli/screen/top-view.js';
import { exampleSnapshot, FakeDaemon } from './fake-daemon.js';
import { Home } from './harness.js';

describe('the graph', () => {
  it('fills from the bottom in eighths, the newest value at the right', () => {
    expect(drawGraph([0, 25, 50, 100], 100, 2, 5)).toEqual(['    █', '  ▄██']);
    expect(drawGraph([1, 2, 3], 3, 1, 2)).toEqual(['▅█']);
    expect(drawGraph([0.0001], 100, 1, 1)).toEqual(['▁']);
    expect(drawGraph([500], 100, 1, 1)).toEqual(['█']);
    expect(drawGraph([], 0, 1, 3)).toEqual(['   ']);
  });

  it('knows the line of a value', () => {
    expect([rowOf(0, 100, 4), rowOf(99, 100, 4), rowOf(100, 100, 4)]).toEqual([3, 0, 0]);
  });
});

describe('the picture', () => {
  it('shows everything and keeps to the width', () => {
    const facts = {
      snapshot: exampleSnapshot({
        state: 'recording',
        recording_s: 12.4,
        warnings: ['w'.repeat(99)],
      }),
      usedMb: [600, 2400, 3312],
      hypothesis: null,
      decisions: [{ line: '12.3 s move_vad to cpu: used above critical' }],
    };
    const lines = drawTop(facts, 72);
    const text = lines.join('\n');
    expect(text).toContain('  ours 2112 MB, others 1200 MB');
    for (const part of [
      'swictation  recording 12 s, 42 words, 118 wpm',
      'Card memory (simulated): 3312 MB of 4295 MB, level warning',
      '3200 warning',
      '3800 emergency',
      'Speech GPU (simulated), embedded tiny.en',
      'Voice activity CPU (asked for)',
      'Breaker open (sticky), next probe in 15 s',
      'Queue 1 waiting, 1 in work   pending 2   speculation 3 used',
      'swictationd  4700   95 MB  0 %',
      '  12.3 s move_vad to cpu: used above critical',
    ]) {
      expect(text).toContain(part);
    }
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(72);
  });

  it('shows the newest words of a sentence that is being spoken', () => {
    const facts = { snapshot: exampleSnapshot({}), usedMb: [], decisions: [] };
    const spoken = 'the quick brown fox jumps over the lazy dog';
    expect(drawTop({ ...facts, hypothesis: spoken }, 80)[1]).toBe(`  ${spoken}`);
    expect(drawTop({ ...facts, hypothesis: spoken }, 23)[1]).toBe('  …ps over the lazy dog');
    expect(drawTop({ ...facts, hypothesis: null }, 80)[1]).toBe('');
  });

  it('says that no card is in use', () => {
    const facts = {
      snapshot: exampleSnapshot({ memory: null }),
      usedMb: [],
      decisions: [],
      hypothesis: null,
    };
    expect(drawTop(facts, 80)).toContain('Card memory: no GPU in use');
  });
});

describe('top', () => {
  it('prints plain lines where the output is no terminal, and goes on over an end of the daemon', async () => {
    const home = new Home();
    const daemon = await new FakeDaemon(home, exampleSnapshot).start();
    daemon.results.set('decisions', () => ({ decisions: [] }));
    const top = home.start(['top']);
    expect(await top.line(() => true)).toBe(
      'idle  warning  3312 MB/4295 MB  stt cuda  vad cpu  breaker open  queue 1+1  pending 2  simulated',
    );
    daemon.stop();
    const told = new Promise<string>((resolve) => {
      top.child.stderr.on('data', (chunk) => resolve(String(chunk)));
    });
    expect(await told).toMatch(/^Daemon not /);
    top.child.kill('SIGINT');
    expect((await top.ended).code).toBe(130);
  });

  it('streams JSON', async () => {
    const home = new Home();
    const daemon = await new FakeDaemon(home, exampleSnapshot).start();
    daemon.results.set('decisions', () => ({ decisions: [{ action: 'warn' }] }));
    const top = home.start(['top', '--json']);
    const { t, decisions, ...snapshot } = JSON.parse(await top.line(() => true));
    expect(snapshot).toEqual(exampleSnapshot());
    expect(decisions).toEqual([{ action: 'warn' }]);
    expect(t).toBeGreaterThan(1.7e9);
    await top.line((line) => JSON.parse(line).t > t);
  });
});
