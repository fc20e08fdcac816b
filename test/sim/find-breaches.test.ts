import { describe, expect, it } from 'vitest';
import { findBreaches } from './find-breaches.js';
import { type OutputLine, type Played, play } from './play.js';
import { mix, speech } from './timeline-parts.js';

const calm = play({}, mix([{ t_s: 0, others_mb: 400 }], speech(10, 120)));

function spoil(change: Partial<Played>): string {
  return findBreaches({ ...calm, ...change }, { onGpuFromS: 60, gpuShareAtLeast: 0.9 }).join('; ');
}

function line(t_s: number, rest: Partial<OutputLine>): OutputLine {
  const figures = { level: 'normal', used_mb: 2000, others_mb: 400, reason: 'planted' };
  return { t_s, action: 'transcribe', ...figures, ...rest };
}

describe('the checker of runs', () => {
  it('finds nothing in a calm run', () => {
    expect(spoil({})).toBe('');
  });

  it.each<[string, Partial<Played>]>([
    ['lost 1', { summary: { ...calm.summary, lost: 1 } }],
    ['pending 1', { summary: { ...calm.summary, pending: 1 } }],
    ['12 utterances, 11 accounted for', { summary: { ...calm.summary, on_gpu: 11 } }],
    ['gpu_share 0.5', { summary: { ...calm.summary, gpu_share: 0.5 } }],
    ['two texts', { texts: calm.texts.map((text) => ({ ...text, first: false })) }],
    ['after 12', { texts: calm.texts.slice().reverse() }],
    ['on the CPU at 90', { lines: [...calm.lines, line(90, { device: 'cpu', utterance: 9 })] }],
    [
      'open breaker',
      {
        lines: [
          line(70, { action: 'breaker', state: 'open' }),
          line(71, { device: 'cuda', utterance: 7 }),
        ],
      },
    ],
    [
      'move_vad at 50 and 90',
      {
        lines: [
          line(50, { action: 'move_vad', device: 'cpu' }),
          line(90, { action: 'move_vad', device: 'cuda' }),
        ],
      },
    ],
    [
      'VAD on the GPU',
      {
        readings: [50, 51, 52, 53].map((atS) => ({
          atS,
          usedMb: 3500,
          vad: 'cuda',
          vadLeaves: false,
        })),
      },
    ],
  ])('finds: %s', (breach, change) => {
    expect(spoil(change)).toContain(breach);
  });
});
