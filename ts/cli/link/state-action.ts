import { type CliContext, print } from '../context.js';
import { askDaemon } from './daemon-link.js';

/** An action that changes what the daemon does; says the state afterwards. */
export async function runStateAction(
  context: CliContext,
  action: 'start' | 'stop_recording' | 'cancel',
): Promise<number> {
  const { state } = await askDaemon(context, { action });
  print(context.stdout, `✓ State: ${typeof state === 'string' ? state : 'unknown'}`);
  return 0;
}
