import { StringDecoder } from 'node:string_decoder';
import { spokenCommands } from '../../config/derived.js';
import { loadConfig } from '../../config/load-config.js';
import { Problem } from '../../domain/problem.js';
import { readTextFile } from '../../system/read-text.js';
import { type ApplyOptions, applyCommands } from '../../voice/apply.js';
import { readOwnWords } from '../../voice/replacements.js';
import { type CliContext, type CommandRun, hasFlag, type Output, print } from '../context.js';

/** Each line of stdin as the daemon would type it: `[voice]` commands and own words of the configuration, keys as markers. */
export const run: CommandRun = async (call) => {
  const { stdin, stdout } = call.context;
  const options = readOptions(call.context);
  const transformText = (line: string) => applyCommands(line, options).text;
  const transformJson = (line: string, number: number) =>
    JSON.stringify(transformText(parseString(line, number)));
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

/** As in the daemon, a file of own words that is missing or wrong is told, and the commands go on without it. */
function readOptions({ configFile, env, stderr }: CliContext): ApplyOptions {
  const config = loadConfig({ env, ...(configFile === undefined ? {} : { file: configFile }) });
  const { voice } = config;
  const options = { mode: spokenCommands(config), written: voice.punctuation === 'automatic' };
  if (voice.replacements === null) return options;
  try {
    const { words, notes } = readOwnWords(voice.replacements, readTextFile(voice.replacements));
    print(stderr, ...notes.map(ofReplacements));
    return { ...options, replacements: words };
  } catch (error) {
    print(stderr, ofReplacements(error instanceof Error ? error.message : String(error)));
    return options;
  }
}

function ofReplacements(message: string): string {
  return `[voice] replacements: ${message}`;
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
  let parts: string[] = [];
  for await (const chunk of input) {
    const text = Buffer.isBuffer(chunk) ? decoder.write(chunk) : String(chunk);
    const [first = '', ...others] = text.split('\n');
    parts.push(first);
    const rest = others.pop();
    if (rest === undefined) continue;
    yield [parts.join(''), ...others];
    parts = [rest];
  }
  const last = parts.join('') + decoder.end();
  if (last !== '') yield [last];
}

/** Waits until the text is taken over, so that a slow reader does not fill our memory. */
function write(output: Output, text: string): Promise<void> {
  return new Promise((resolve) => output.write(text, () => resolve()));
}
