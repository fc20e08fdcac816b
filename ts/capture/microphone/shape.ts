import { SAMPLE_RATE_HZ } from '../../domain/units.js';

/** What a stream of 16 bit words really is. */
export interface Shape {
  readonly rateHz: number;
  readonly channels: number;
}

const RATES_HZ = [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000];
/** How well a second of pieces that come when they like tells the rate. */
const TOLERANCE = 0.12;
/** The same of a rate that some hurry of a program may give as well. */
const NEAR_TOLERANCE = 0.04;
/** Neighbouring words of one voice at 16 kHz differ by at most 0.76 of what every second word differs by (measured on
 * recorded people and synthetic voices, 0.53 to 0.75); in two channels that differ it is 1 and more. */
const MONO_AT_MOST = 0.9;
/** In two channels that carry the same, one neighbour is like a word and the other is not. */
const UNEVEN = 1.5;

/**
 * Which stream gives so many words a second and looks like this; null where it is as announced, or where nothing known
 * fits. The clock alone is believed where more came than it allows (`early`) and nothing else explains so many words, and
 * where too few come; else the words have to look like it, too.
 */
export function findShape(words: Int16Array, wordsPerS: number, early: boolean): Shape | null {
  const ratio = wordsPerS / SAMPLE_RATE_HZ;
  if (ratio > 1 / AS_ANNOUNCED && ratio < AS_ANNOUNCED) return null;
  const channels = ratio > 1 && looksStereo(words) ? 2 : 1;
  const tolerance = ratio > CLOCK_SUFFICES || ratio < 1 ? TOLERANCE : NEAR_TOLERANCE;
  const off = (rateHz: number) => Math.abs(Math.log((rateHz * channels) / wordsPerS));
  const rateHz = RATES_HZ.reduce((one, other) => (off(other) < off(one) ? other : one));
  if (off(rateHz) > Math.log(1 + tolerance)) return null;
  if (channels === 1 && ratio > 1) {
    const believed = early && ratio > CLOCK_SUFFICES;
    if (!believed && !looksOversampled(words)) return null;
  }
  return { rateHz, channels };
}

/** Within this the rate is the announced one: what comes in pieces is not counted more precisely. */
const AS_ANNOUNCED = 1.3;
/** From here on no hurry of a program explains that so many words come. */
const CLOCK_SUFFICES = 2.5;

/** Whether the words themselves say that they are not one voice at its own rate. */
export function looksMade(words: Int16Array): boolean {
  return looksStereo(words) || looksOversampled(words);
}

function looksStereo(words: Int16Array): boolean {
  let even = 0;
  let odd = 0;
  let second = 0;
  for (let at = 2; at + 1 < words.length; at += 2) {
    const [before = 0, one = 0, other = 0] = [words[at - 1], words[at], words[at + 1]];
    even += Math.abs(other - one);
    odd += Math.abs(one - before);
    second += Math.abs(one - (words[at - 2] ?? 0)) + Math.abs(other - before);
  }
  const uneven = Math.max(even, odd) > UNEVEN * Math.min(even, odd);
  return uneven || even + odd > MONO_AT_MOST * second;
}

/**
 * Each word twice, or many of them exactly between their neighbours: a cheap program made more of fewer samples. What tells
 * them is the corner beside them; a quiet, deep voice is smooth everywhere.
 */
function looksOversampled(words: Int16Array): boolean {
  const corner = (at: number) =>
    Math.abs(2 * (words[at] ?? 0) - (words[at - 1] ?? 0) - (words[at + 1] ?? 0));
  let telling = 0;
  let made = 0;
  for (let at = 2; at + 2 < words.length; at += 1) {
    const [here, beside] = [corner(at), Math.max(corner(at - 1), corner(at + 1))];
    if (Math.max(here, beside) < CORNER) continue;
    telling += 1;
    const [before = 0, word = 0, after = 0] = [words[at - 1], words[at], words[at + 1]];
    const isTwice = word === before || word === after;
    if ((here <= 2 || isTwice) && beside >= CORNER) made += 1;
  }
  return telling > 100 && made > 0.3 * telling;
}

/** A bend that rounding does not make. */
const CORNER = 16;
