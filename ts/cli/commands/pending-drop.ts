import { createInterface } from 'node:readline/promises';
import { type Call, type CommandRun, hasFlag, parseCount, print } from '../context.js';
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

/** Deleting speech needs a second word from a person at a terminal; a program that names the id means it. */
async function confirm({ context }: Call, id: number): Promise<boolean> {
  if (context.stdin.isTTY !== true) return true;
  context.stderr.write(`Delete recording ${id} and its text for good? [y/N] `);
  const lines = createInterface({ input: context.stdin });
  try {
    const answer = await lines[Symbol.asyncIterator]().next();
    return /^y(es)?$/i.test(String(answer.value ?? '').trim());
  } finally {
    lines.close();
  }
}
