import { type CommandRun, print } from '../../context.js';
import { askToType } from '../../link/daemon-link.js';

export const run: CommandRun = async ({ context }) => {
  const { text } = await askToType(context, { action: 'repeat' });
  print(context.stdout, typeof text === 'string' ? `✓ Typed: ${text}` : '✓ Typed');
  return 0;
};
