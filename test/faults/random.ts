import { startRandom } from '../support/random.js';
import { FAULTS } from './faults.js';
import type { Moment } from './moments.js';
import { drawPair, everyPair } from './pairs.js';
import type { Case } from './run-case.js';
import { RATE_HZ } from './spoken.js';

/**
 * Random faults (whose names hold `only`) at random moments, two of them in every third round, every second round with words
 * that are typed while they are spoken: the same seed gives the same cases.
 */
export function randomCases(
  seed: number,
  rounds: number,
  speed: number,
  only: string,
): readonly Case[] {
  const random = startRandom(seed);
  const faults = FAULTS.filter(({ name }) => name !== 'none' && name.includes(only));
  return Array.from({ length: rounds }, (_, round) => {
    const drawn = faults[Math.floor(random() * faults.length)] ?? FAULTS[0];
    const fault = only === '' && round % 3 === 2 ? drawPair(random) : drawn;
    if (fault === undefined) throw new Error('the table of faults is empty');
    const first = Math.floor(random() * 5);
    const live = round % 2 === 0;
    return { fault, moment: randomMoment(random, !live), speed, first, live };
  });
}

/** Each pair of kinds of faults once, at random moments. */
export function pairCases(seed: number, speed: number): readonly Case[] {
  const random = startRandom(seed);
  return everyPair(random).map((fault, at) => ({
    ...{ fault, moment: randomMoment(random, at % 2 === 1), speed, first: at % 5 },
  }));
}

/**
 * Somewhere in two sentences and the pauses around them, while the models still load or when they are there; `reader`:
 * somebody reads along, so that there are looks at the sentence too.
 */
function randomMoment(random: () => number, reader: boolean): Moment {
  const second = random() * 8;
  const loading = random() < 0.25;
  const slow = random() < 0.3;
  const words = [
    `${second.toFixed(2)} s`,
    ...(loading ? ['loading'] : []),
    ...(slow ? ['slow typing'] : []),
    ...(reader ? ['read along'] : []),
  ];
  return {
    name: words.join(', '),
    speech: loading ? 'while loading' : 'running',
    sentences: 2,
    prepare: (rig) => {
      if (slow) rig.desk.order('typing', 'slow');
      if (reader) rig.readAlong();
    },
    wait: (rig) => rig.reached(second * RATE_HZ),
  };
}
