import type { Report } from './decode.js';

/** A moment in the reader's own zone, or since the start of a simulation. */
export function tellTime(atS: number, clock: Report['clock']): string {
  if (clock === 'run') return tellSpan(atS);
  const date = new Date(atS * 1_000);
  return `${date.toLocaleDateString()} ${date.toLocaleTimeString()}`;
}

/** One text, as it is read out when the pointer is over its bar. */
export function tellText({ texts, rungs, clock }: Report, i: number): string {
  const words = texts.words[i] ?? null;
  const parts = [
    `${tellTime(texts.from[i] ?? 0, clock)}: ${((texts.ended[i] ?? 0) - (texts.from[i] ?? 0)).toFixed(1)} s of speech`,
    words === null ? '' : `${words} words`,
    `text ${(texts.delay[i] ?? 0).toFixed(2)} s later, by ${rungs[texts.rung[i] ?? 0] ?? 'nobody'}`,
    texts.rescued[i] === 1 ? 'at a second attempt' : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

export function tellSpan(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(whole / 3_600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
