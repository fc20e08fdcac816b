import { type Call, type CommandRun, hasFlag } from './context.js';

type Streams = Pick<Call['context'], 'stdout' | 'stderr'>;
type Loaded = Promise<{ readonly run: CommandRun }>;

/** Entry points that live elsewhere and take their own arguments. */
interface Entries {
  transcribeFiles(
    files: readonly string[],
    options: { json: boolean; commands: boolean; config?: string },
    streams: Streams,
  ): Promise<number>;
  runSimulate(file: string, streams: Streams): Promise<number>;
  run: CommandRun;
}

export async function loadTranscribe(): Loaded {
  const { transcribeFiles } = await load('../daemon/offline.js');
  return {
    run: ({ args, context, ...call }) => {
      const flags = { ...call, args, context };
      const config = context.configFile === undefined ? {} : { config: context.configFile };
      const options = { json: hasFlag(flags, 'json'), commands: hasFlag(flags, 'commands') };
      return transcribeFiles(args, { ...options, ...config }, context);
    },
  };
}

export async function loadSimulate(): Loaded {
  const { runSimulate } = await load('./commands/simulate.js');
  return { run: ({ args, context }) => runSimulate(args[0] ?? '', context) };
}

export async function loadDoctor(): Loaded {
  return load('./commands/doctor.js');
}

async function load(file: string): Promise<Entries> {
  return import(new URL(file, import.meta.url).href);
}
