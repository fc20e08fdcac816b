import { formatClock } from './format.js';

/**
 * A decision as the daemon tells it: the policy's own explanation with the figures. Its seconds since boot
 * become the time of day where the daemon tells that too.
 */
export function describeDecision(told: Readonly<Record<string, unknown>>): string {
  if (typeof told.line !== 'string') return JSON.stringify(told);
  if (typeof told.at !== 'number') return told.line;
  return told.line.replace(/^[\d.]+ s(?= )/, formatClock(told.at));
}
