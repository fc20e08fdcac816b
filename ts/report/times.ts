import type { ReportData } from './report-data.js';

/** A moment for people: the local date and time of day, or the time since the start of a simulation. */
export function describeTime(atS: number, clock: ReportData['clock']): string {
  if (clock === 'run') return describeSpan(atS);
  const date = new Date(atS * 1_000);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Hours, minutes, seconds. */
export function describeSpan(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 3_600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
