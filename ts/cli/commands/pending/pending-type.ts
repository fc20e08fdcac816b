import { Problem } from '../../../domain/problem.js';
import { parsePendingList } from '../../../protocol/command/pending-list.js';
import { type CliContext, type CommandRun, parseCount, print } from '../../context.js';
import { askDaemon, askToType } from '../../link/daemon-link.js';

export const run: CommandRun = async ({ context, args }) => {
  const id = args[0] === 'last' ? await newestPending(context) : parseCount('ID', args[0] ?? '');
  await askToType(context, { action: 'pending_type', id });
  print(context.stdout, `✓ Typed: ${id}`);
  return 0;
};

/** For a key of the compositor: what was spoken last and not typed. */
async function newestPending(context: CliContext): Promise<number> {
  const items = parsePendingList(await askDaemon(context, { action: 'pending' }));
  if (items.length === 0) throw new Problem('nothing_pending', 'Nothing is pending.');
  return Math.max(...items.map(({ id }) => id));
}
