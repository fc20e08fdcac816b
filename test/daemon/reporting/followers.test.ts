import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../ts/config/load-config.js';
import { MetricsHub } from '../../../ts/control/metrics-hub.js';
import type { SessionFigures, UtteranceReport } from '../../../ts/daemon/delivery/sessions.js';
import { DelayTrend } from '../../../ts/daemon/reporting/delay-trend.js';
import { createFollowers } from '../../../ts/daemon/reporting/followers.js';
import { openWorkspace } from '../../support/workspace.js';

const FIGURES: SessionFigures = {
  ...{ session: 1, segments: 1, words: 9, wpm: 165.7 },
  ...{ durationS: 3, latencyMs: 120 },
};

function report(totalMs: number): UtteranceReport {
  return {
    ...{
      session: 1,
      utterance: 1,
      text: 'the secret fox',
      heardText: 'the secret fox',
      seconds: 3,
      words: 9,
    },
    ...{ characters: 14, transformations: 0, keys: 0, sttMs: 80, transformUs: 9, injectionMs: 20 },
    ...{ totalMs, pauseToTextMs: totalMs, speculated: false, voiceEndAtS: 3, startS: 0 },
    ...{ device: 'cpu', engine: 'embedded', segments: [] },
    stages: { earMs: 0, endpointMs: 0, queueMs: 0, engineWaitMs: 0, overheadMs: 0 },
  };
}

/** The log lines and warnings of texts that came so late, under this configuration. */
function follow(toml: string, delaysMs: readonly number[]) {
  const workspace = openWorkspace();
  workspace.configure(toml);
  const config = loadConfig({ env: workspace.env });
  workspace.remove();
  const told: string[] = [];
  const warned: string[] = [];
  const followers = createFollowers({
    ...{
      hub: new MetricsHub(),
      store: null,
      config: () => config,
      publish: () => {},
      delivered: () => {},
      cpuPercent: () => 0,
    },
    gpu: () => ({ usedMb: 0, percent: 0, simulated: false }),
    tell: (message) => told.push(message),
    warn: (code, message) => warned.push(`${code}: ${message}`),
  });
  for (const delayMs of delaysMs) followers.utterance(report(delayMs), FIGURES);
  return { told, warned };
}

describe('the log of dictated texts', () => {
  it('has the figures of each, and the text only where it was asked for', () => {
    expect(follow('', [120]).told).toEqual(['9 words, 166 wpm, 120 ms after the pause']);
    expect(follow('[log]\ntext = true\n', [120]).told[0]).toMatch(/: the secret fox$/);
    expect(follow('[metrics]\nshow_realtime_feedback = false\n', [120]).told).toEqual([]);
  });
});

describe('warnings', () => {
  const slower = [...Array(10).fill(300), ...Array(8).fill(700)];

  it('of texts that come later than they used to, once', () => {
    expect(follow('', slower).warned).toEqual([
      expect.stringMatching(/^degradation: texts come \d+ ms after the pause now, \d+ ms before$/),
    ]);
  });

  it('of a text above the limit', () => {
    expect(follow('', [1001]).warned).toEqual([expect.stringMatching(/^high_latency: /)]);
  });

  it('not at all where they are switched off', () => {
    expect(follow('[metrics.warnings]\nenabled = false\n', [...slower, 5000]).warned).toEqual([]);
  });
});

describe('the trend of delays', () => {
  const answers = (delays: readonly number[], multiplier = 1.5) => {
    const trend = new DelayTrend();
    return delays.map((delay) => trend.add(delay, multiplier)).filter((one) => one !== null);
  };

  it('says nothing of a few texts, of steady ones, and of growth that nobody notices', () => {
    expect(answers([100, 100, 5000, 5000, 5000, 5000, 5000])).toEqual([]);
    expect(answers(Array(300).fill(900))).toEqual([]);
    expect(answers([...Array(20).fill(5), ...Array(20).fill(150)])).toEqual([]);
  });

  it('speaks again after it was fast again', () => {
    const slow = Array(10).fill(2000);
    const fast = Array(40).fill(300);
    expect(answers([...fast, ...slow, ...fast, ...slow])).toHaveLength(2);
    expect(answers([...fast, ...slow], 10)).toEqual([]);
  });
});
