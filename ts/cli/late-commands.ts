import { type CommandRun, hasFlag } from './context.js';

type Loaded = Promise<{ readonly run: CommandRun }>;

/** `transcribe` is the daemon's own pipeline; it closes its worker before Ctrl+C ends the process. */
export async function loadTranscribe(): Loaded {
  const { transcribeFiles } = await import('../daemon/offline.js');
  return {
    run: async (call) => {
      const { context, args } = call;
      const interrupted = new AbortController();
      const flags = { json: hasFlag(call, 'json'), commands: hasFlag(call, 'commands') };
      const config = context.configFile === undefined ? {} : { config: context.configFile };
      const options = { ...flags, ...config, env: context.env, signal: interrupted.signal };
      const done = transcribeFiles(args, options, {
        stdout: context.stdout,
        stderr: {
          write: (text) => context.stderr.write(text),
          isTTY: context.stderr.isTTY === true,
        },
      });
      context.onInterrupt(() => {
        interrupted.abort();
        return done;
      });
      return done;
    },
  };
}

export async function loadSimulate(): Loaded {
  const { runSimulate } = await import('./commands/simulate.js');
  return { run: ({ args, context }) => runSimulate(args[0] ?? '', context) };
}

export async function loadDoctor(): Loaded {
  return import(new URL('./commands/doctor.js', import.meta.url).href);
}
