import { type CommandRun, print } from '../context.js';
import { findControlSocket } from './control-path.js';
import { type ControlAnswer, sendControl } from './control-socket.js';

/** Texts, and the stream they go to, are the original's: scripts read them. */
export function controlAction(
  action: 'toggle' | 'stop',
  beginning: string,
  describe: (answer: ControlAnswer & { readonly kind: 'answered' }) => string,
): CommandRun {
  return async ({ context }) => {
    print(context.stdout, beginning);
    const answer = await sendControl(await findControlSocket(context), action);
    const failed = answer.kind === 'failed';
    print(context.stdout, failed ? `✗ Error: ${answer.reason}` : `✓ ${describe(answer)}`);
    return failed ? 1 : 0;
  };
}
