import type { HistoryItem } from '../../ts/domain/history.js';

/** A run that nobody had: the same for the same seed. */
export function madeUpRun(
  seconds: number,
  options: { readonly startS: number; readonly samples: number; readonly textEachS: number },
): readonly HistoryItem[] {
  const { startS, samples, textEachS } = options;
  const random = createRandom(7);
  const items: HistoryItem[] = [
    { atS: startS, kind: 'begin', simulated: false },
    { atS: startS, kind: 'card', totalMb: 4_295, thresholds: THRESHOLDS },
    { atS: startS, kind: 'place', model: 'stt', place: 'card' },
    { atS: startS, kind: 'place', model: 'vad', place: 'card' },
    { atS: startS, kind: 'breaker', state: 'closed' },
  ];
  let othersMb = 900;
  for (let second = 0; second < seconds; second += 1) {
    const atS = startS + second;
    othersMb = Math.min(4_000, Math.max(100, othersMb + (random() - 0.5) * 60));
    const ownMb = othersMb < 1_500 ? 2_000 : 0;
    if (second < samples) {
      items.push({ atS, kind: 'memory', usedMb: othersMb + ownMb, ownMb, cacheMb: random() * 200 });
    }
    if (second % textEachS === 0) items.push(textAt(atS, second / textEachS + 1, random));
    if (random() < 0.004) items.push(decisionAt(atS, othersMb, random() < 0.1));
  }
  return items;
}

const THRESHOLDS = { warningMb: 3_200, criticalMb: 3_500, guardMb: 3_700, emergencyMb: 3_800 };

function textAt(atS: number, utterance: number, random: () => number): HistoryItem {
  const place = random() < 0.7 ? 'card' : 'cpu';
  return {
    ...{ atS, kind: 'text', utterance, place },
    speechS: 1 + random() * 6,
    delayS: 0.3 + random() * 0.8,
    rung: place === 'card' ? 'canary-1b-flash fp16' : 'tiny.en int8',
    words: Math.round(3 + random() * 20),
    rescued: random() < 0.01,
  };
}

function decisionAt(atS: number, usedMb: number, failed: boolean): HistoryItem {
  const words = `move voice detection to cpu: ${usedMb.toFixed(0)} MB used is critical`;
  return { atS, kind: 'decision', action: 'move_vad', words, fault: failed ? 'oom' : null };
}

/** Park and Miller, "Random number generators: good ones are hard to find" (1988). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
