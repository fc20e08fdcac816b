import { transcribeFiles } from '../../daemon/offline/offline.js';
import { Problem } from '../../domain/problem.js';
import { FEWEST_FOR_DICTATION, tooFewFiles } from '../../system/process/open-files.js';
import { type CommandRun, hasFlag, wrongUsage } from '../context.js';

/** The daemon's own pipeline, without the daemon; it closes its workers before Ctrl+C ends the process. */
export const run: CommandRun = async (call) => {
  const { context, args } = call;
  checkStdin(args, context.stdin.isTTY === true);
  const refusal = tooFewFiles(FEWEST_FOR_DICTATION);
  if (refusal !== null) throw new Problem('too_many_files', refusal);
  const interrupted = new AbortController();
  const flags = {
    json: hasFlag(call, 'json'),
    commands: hasFlag(call, 'commands'),
    raw: hasFlag(call, 'raw'),
  };
  const config = context.configFile === undefined ? {} : { config: context.configFile };
  const options = { ...flags, ...config, env: context.env, signal: interrupted.signal };
  const stderr = {
    write: (text: string) => context.stderr.write(text),
    isTTY: context.stderr.isTTY === true,
  };
  const done = transcribeFiles(args, options, { stdout: context.stdout, stderr });
  context.onInterrupt(() => {
    interrupted.abort();
    return done;
  });
  return done;
};

/** Nobody types sound, and what came through a pipe can't be read twice. */
function checkStdin(args: readonly string[], isTerminal: boolean): void {
  const times = args.filter((arg) => arg === '-').length;
  if (times > 1) throw wrongUsage('- (stdin) can be given once');
  if (times === 0 || !isTerminal) return;
  const message =
    '- is the terminal: send sound into it, `pw-record --raw --rate 16000 --channels 1 - | swictation transcribe --raw -`';
  throw new Problem('wrong_usage', message, { exitCode: 2 });
}
