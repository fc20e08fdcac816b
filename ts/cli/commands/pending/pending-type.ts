import { type CommandRun, parseCount, print } from '../../context.js';
import { askToType } from '../../link/daemon-link.js';

export const run: CommandRun = async ({ context, args }) => {
  const id = parseCount('ID', args[0] ?? '');
  await askToType(context, { action: 'pending_type', id });
  print(context.stdout, `✓ Typed: ${id}`);
  return 0;
};
