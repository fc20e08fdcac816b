import { createInterface } from 'node:readline/promises';
import { type Call, type CommandRun, hasFlag, parseCount, print, wrongUsage } from '../context.js';
import { askDaemon } from '../daemon-link.js';

export const run: CommandRun = async (call) => {
  const { context, args } = call;
  const id = parseCount('ID', args[0] ?? '');
  if (!hasFlag(call, 'yes') && !(await confirm(call, id))) {
    print(context.stdout, 'Kept.');
    return 1;
  }
  await askDaemon(context, { action: 'pending_drop', id });
  print(context.stdout, `✓ Dropped: ${id}`);
  return 0;
};

/** Deleting speech needs a person's word; without a terminal to ask on it needs `--yes`. */
async function confirm({ context }: Call, id: number): Promise<boolean> {
  if (context.stdin.isTTY !== true) throw wrongUsage(`To delete recording ${id} add --yes`);
  context.stderr.write(`Delete recording ${id} and its text for good? [y/N] `);
  const lines = createInterface({ input: context.stdin });
  try {
    const answer = await lines[Symbol.asyncIterator]().next();
    return /^y(es)?$/i.test(String(answer.value ?? '').trim());
  } finally {
    lines.close();
  }
}
