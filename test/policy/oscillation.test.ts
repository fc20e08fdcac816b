import { describe, expect, test } from 'vitest';
import { judgeEnd, watchRules } from './rules.js';
import { type Moment, World } from './world.js';

/** Other programs that come and go with this period, while someone dictates. */
function swing(lowMb: number, highMb: number, periodS: number, untilS: number): Moment[] {
  const moments: Moment[] = [];
  for (let atS = 20; atS < untilS; atS += periodS) {
    moments.push({ atS, what: { others: highMb } });
    moments.push({ atS: atS + periodS / 2, what: { others: lowMb } });
  }
  for (let atS = 5; atS < untilS; atS += 13) moments.push({ atS, what: { speech: 3 } });
  return moments.sort((a, b) => a.atS - b.atS);
}

const periods = [0.1, 0.7, 3, 10, 31, 60, 90, 120, 150, 200, 300, 600];
const swings = [
  [1000, 1300],
  [1350, 1550],
  [1600, 1750],
  [1650, 1850],
  [600, 1500],
  [600, 2200],
  [100, 3600],
] as const;

describe('other programs come and go', () => {
  test.each(periods)('every %d s', (periodS) => {
    for (const [lowMb, highMb] of swings) {
      const world = new World({ othersMb: lowMb });
      const breaches = watchRules(world);
      const untilS = Math.min(3000, 1000 + periodS * 5);
      const spanS = periodS < 1 ? 150 : untilS;
      world.play(
        [...swing(lowMb, highMb, periodS, spanS), { atS: spanS + periodS, what: { others: 250 } }],
        spanS + periodS + 2400,
      );
      const name = `${lowMb}-${highMb} MB every ${periodS} s`;
      expect([name, ...breaches, ...judgeEnd(world)]).toEqual([name]);
      expect(world.state.stt.device).toBe('cuda');
      const moves = world.decisions.filter(
        ({ action }) => action.kind.startsWith('move_') || action.kind === 'kill_worker',
      );
      if (process.env.SHOW)
        console.log(
          name,
          'moves+kills',
          moves.length,
          'oom',
          world.gpuOoms,
          'gpu',
          world.texts.filter((t) => t.device === 'cuda').length / world.texts.length,
        );
    }
  });
});
