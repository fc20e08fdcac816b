import { StringDecoder } from 'node:string_decoder';
import { Problem } from '../../domain/problem.js';
import { applyCommands } from '../../voice/apply.js';
import { type CommandRun, hasFlag, type Output } from '../context.js';

/**
 * Each line of stdin through all voice commands, keys as markers. Configuration plays no part, so that the
 * result depends on the input alone.
 */
export const run: CommandRun = async (call) => {
  const { stdin, stdout } = call.context;
  const transformLine = hasFlag(call, 'json') ? transformJson : transformText;
  let done = 0;
  for await (const lines of readLines(stdin)) {
    const first = done + 1;
    await write(
      stdout,
      lines.map((line, index) => `${transformLine(line, first + index)}\n`).join(''),
    );
    done += lines.length;
  }
  return 0;
};

function transformText(line: string): string {
  return applyCommands(line, { mode: 'all' }).text;
}

function transformJson(line: string, number: number): string {
  return JSON.stringify(transformText(parseString(line, number)));
}

function parseString(line: string, number: number): string {
  const value = tryParse(line);
  if (typeof value === 'string') return value;
  throw new Problem('not_json_string', `Line ${number} is not a JSON string: write it as "..."`);
}

function tryParse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The lines that each chunk completes. Only a line feed ends a line: other breaks are white space in it. */
async function* readLines(input: AsyncIterable<unknown>): AsyncGenerator<string[]> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of input) {
    const lines = `${rest}${Buffer.isBuffer(chunk) ? decoder.write(chunk) : String(chunk)}`.split(
      '\n',
    );
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines;
  }
  rest += decoder.end();
  if (rest !== '') yield [rest];
}

/** Waits until the text is taken over, so that a slow reader does not fill our memory. */
function write(output: Output, text: string): Promise<void> {
  return new Promise((resolve) => output.write(text, () => resolve()));
}
