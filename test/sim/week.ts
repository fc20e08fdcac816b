import type { Line } from './play.js';
import { mix } from './timeline-parts.js';

const WEEK_S = 7 * 86_400;
const FAULTS = ['oom', 'ambiguous', 'sticky', 'hang', 'dead'];

/** A week of one utterance per 10 s with other programs, games, faults and closed lids; the same for one seed. */
export function livelyWeek(seed: number): Line[] {
  const random = seeded(seed);
  const life: Line[] = [];
  for (let t = 60; t < WEEK_S - 1800; t += 200 + random() * 3000)
    life.push(...happening(t, random));
  life.sort((a, b) => Number(a.t_s) - Number(b.t_s));
  return [
    ...mix(talk(), life, [{ t_s: WEEK_S - 900, others_mb: 400 }]),
    { t_s: WEEK_S, end: true },
  ];
}

/** A week in which nothing happens but speech. */
export function quietWeek(): Line[] {
  return [{ t_s: 0, others_mb: 600 }, ...talk(), { t_s: WEEK_S, end: true }];
}

function talk(): Line[] {
  return Array.from({ length: WEEK_S / 10 - 1 }, (_, i) => ({ t_s: 10 * (i + 1), speech_s: 4.2 }));
}

function happening(t: number, random: () => number): Line[] {
  const atS = Math.round(t * 1000) / 1000;
  const kind = random();
  if (kind < 0.55) return [{ t_s: atS, others_mb: Math.round(200 + random() * 1200) }];
  if (kind < 0.75) return game(atS, random);
  if (kind < 0.93) return [{ t_s: atS, fault: FAULTS[Math.floor(random() * FAULTS.length)] }];
  return [
    { t_s: atS, suspend: true },
    { t_s: atS + 150, resume: true },
  ];
}

function game(atS: number, random: () => number): Line[] {
  return [
    { t_s: atS, others_mb: Math.round(2500 + random() * 1700) },
    { t_s: atS + 60 + Math.round(random() * 600), others_mb: 400 },
  ];
}

/** A linear congruential generator (Numerical Recipes): 0 up to 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
