import { Problem } from '../../domain/problem.js';
import type { CliContext } from '../context.js';
import { askDaemon } from './daemon-link.js';

/** What a running daemon has not written yet is written now; without a daemon there is nothing to wait for. */
export async function flushHistory(context: CliContext): Promise<void> {
  try {
    await askDaemon(context, { action: 'flush_history' });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}
