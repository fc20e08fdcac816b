import { parseArgs } from 'node:util';
import { explore } from './explore.js';

const { values } = parseArgs({
  options: {
    states: { type: 'string', default: '200000' },
    seed: { type: 'string', default: '1' },
  },
});

/** Of one dictation no more than this, so that many different ones are tried. */
const PER_DICTATION = 4_000;

const wanted = Number(values.states);
const startedMs = performance.now();
let [states, again, dictations] = [0, 0, 0];
let flaws = 0;
for (let seed = Number(values.seed); states < wanted; seed += 1) {
  const explored = await explore(seed, Math.min(PER_DICTATION, wanted - states));
  states += explored.states;
  again += explored.again;
  dictations += 1;
  for (const flaw of explored.flaws) process.stdout.write(`FLAW ${flaw}\n`);
  flaws += explored.flaws.length;
  if (dictations % 5 === 0 || states >= wanted) {
    process.stdout.write(`${states} states of ${dictations} dictations, ${flaws} flaws\n`);
  }
}
const seconds = Math.round((performance.now() - startedMs) / 1_000);
process.stdout.write(
  `${states} states after a crash, ${again} of them after a second one in the repair, in ${seconds} s: ${flaws} with flaws\n`,
);
process.exit(flaws > 0 ? 1 : 0);
