import type { CliContext } from '../context.js';
import { askDaemon } from './daemon-link.js';

/** The last policy decisions, oldest first, so that the newest stands above the prompt. */
export async function readDecisions(
  context: CliContext,
  limit: number,
): Promise<Record<string, unknown>[]> {
  const { decisions } = await askDaemon(context, { action: 'decisions', limit });
  return Array.isArray(decisions) ? decisions.filter(isObject).slice(-limit) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
