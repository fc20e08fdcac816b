import { describe, expect, it } from 'vitest';
import { readTimeline } from '../../../ts/protocol/simulation/simulation.js';
import { simulate } from '../../../ts/sim/run-simulation.js';

type Line = Readonly<Record<string, unknown>>;

function play(world: Line, events: readonly Line[]) {
  const text = [{ world }, ...events, { t_s: 2_000, end: true }].map((line) =>
    JSON.stringify(line),
  );
  const lines = [...simulate(readTimeline(text))].map((line) => JSON.parse(line));
  const { summary } = lines.pop();
  const where = lines
    .filter(({ action }) => action === 'transcribe')
    .map(({ utterance, device }) => `${utterance} ${device}`);
  return { lines, summary, where };
}

const speak = (...times: readonly number[]): Line[] => times.map((t_s) => ({ t_s, speech_s: 3 }));
const LAPTOP = { gpu: false, remote: true };

describe('the engine on another machine', () => {
  it('does what the CPU would do where there is no card', () => {
    const { summary, where } = play(LAPTOP, speak(5, 10, 15));
    expect(where).toEqual(['1 remote', '2 remote', '3 remote']);
    expect(summary).toMatchObject({ on_remote: 3, on_cpu: 0, lost: 0 });
  });

  it('stands behind the card, and before it only where that is asked for', () => {
    const events = speak(20, 30);
    expect(play({ remote: 'auto' }, events).where).toEqual(['1 cuda', '2 cuda']);
    expect(play({ remote: 'first' }, events).where).toEqual(['1 remote', '2 remote']);
    expect(play({ remote: 'fallback', gpu: false }, events).where).toEqual(['1 cpu', '2 cpu']);
  });

  it('takes over where the card is full', () => {
    const { where } = play({ remote: true }, [{ t_s: 0, others_mb: 4_000 }, ...speak(20)]);
    expect(where).toEqual(['1 remote']);
  });

  it('is there for a machine without any engine, in every order', () => {
    for (const remote of ['auto', 'first', 'fallback']) {
      const { summary } = play({ gpu: false, ram_free_mb: 100, remote }, speak(5, 50));
      expect(summary, remote).toMatchObject({ on_remote: 2, pending: 0, lost: 0 });
    }
  });

  it('hands the same utterance on when it fails, and is tried again with the known clip only', () => {
    const { lines, summary, where } = play(LAPTOP, [
      { t_s: 0, remote: 'down' },
      ...speak(5, 6),
      { t_s: 30, remote: 'up' },
      ...speak(100),
    ]);
    expect(where).toEqual(['1 remote', '1 cpu', '2 cpu', '3 remote']);
    expect(summary).toMatchObject({ lost: 0, on_cpu: 2, on_remote: 1 });
    const states = lines.filter(({ action }) => action === 'breaker').map(({ state }) => state);
    expect(states.slice(0, 2)).toEqual(['open', 'half_open']);
    expect(states.at(-1)).toBe('closed');
  });

  it('delays no text by more than its deadline when it is slow, and its late answers are dropped', () => {
    const { summary } = play(LAPTOP, [{ t_s: 0, remote: 'slow' }, ...speak(5, 200, 500)]);
    expect(summary).toMatchObject({ lost: 0, on_remote: 0, on_cpu: 3 });
    // 3 s x 1 + 3 s until the next rung, whose engine takes 1.5 s.
    expect(summary.text_delay_s.max).toBeLessThan(8);
  });

  it('waits longer after each probe that failed', () => {
    const { lines } = play(LAPTOP, [{ t_s: 0, remote: 'down' }, ...speak(5)]);
    const probes = lines.filter(({ action }) => action === 'probe').map(({ t_s }) => t_s);
    const waits = probes.slice(1).map((t_s, i) => Math.round(t_s - probes[i]));
    expect(waits.slice(0, 3)).toEqual([15, 60, 300]);
  });

  it('keeps an utterance that was under way when the machine slept', () => {
    const { summary } = play({ ...LAPTOP, remote_rtt_s: 2 }, [
      ...speak(5),
      { t_s: 5.5, suspend: true },
      { t_s: 100, resume: true },
    ]);
    expect(summary).toMatchObject({ utterances: 1, lost: 0, pending: 0 });
  });

  it('is in no output where there is none', () => {
    const { lines, summary } = play({}, speak(20));
    expect(JSON.stringify([lines, summary])).not.toContain('remote');
  });
});
