import { transcribeFiles } from '../../daemon/offline/offline.js';
import { type CommandRun, hasFlag } from '../context.js';

/** The daemon's own pipeline, without the daemon; it closes its workers before Ctrl+C ends the process. */
export const run: CommandRun = async (call) => {
  const { context, args } = call;
  const interrupted = new AbortController();
  const flags = { json: hasFlag(call, 'json'), commands: hasFlag(call, 'commands') };
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
