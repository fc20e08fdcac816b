import { createInterface } from 'node:readline/promises';
import { Problem } from '../../../domain/problem.js';
import { type Call, type CommandRun, hasFlag, parseCount, print } from '../../context.js';
import { askDaemon } from '../../link/daemon-link.js';

/** A program that has nothing to say on our input is not waited for as a person is. */
const PROGRAM_ANSWER_MS = 2_000;

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

/** Deleting speech needs a second word, from a person or from the program that calls. */
async function confirm({ context }: Call, id: number): Promise<boolean> {
  context.stderr.write(`Delete recording ${id} and its text for good? [y/N] `);
  const answer = await readAnswer(context.stdin);
  if (context.stdin.isTTY !== true) context.stderr.write('\n');
  if (answer !== null) return /^y(es)?$/i.test(answer.trim());
  throw new Problem(
    'not_confirmed',
    `Nobody answered, recording ${id} is kept: type \`swictation pending drop ${id} --yes\``,
  );
}

/** The first line, null where there is none. */
async function readAnswer(input: Call['context']['stdin']): Promise<string | null> {
  const lines = createInterface({ input });
  const late =
    input.isTTY === true ? undefined : setTimeout(() => lines.close(), PROGRAM_ANSWER_MS);
  try {
    const { value, done } = await lines[Symbol.asyncIterator]().next();
    return done === true ? null : String(value);
  } finally {
    clearTimeout(late);
    lines.close();
  }
}
