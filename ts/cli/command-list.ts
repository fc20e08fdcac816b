import type { CommandRun } from './context.js';

/** One command: what it is called with, and where it lives. Its file is loaded only when it is called. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** As commander writes them: `<id>`, `[id]`, `<file...>`. */
  readonly args?: readonly Described[];
  readonly options?: readonly Described[];
  readonly subcommands?: readonly CommandSpec[];
  load(): Promise<{ readonly run: CommandRun }>;
}

/** An argument or an option, with the words that it may be where only some are. */
export type Described = readonly [name: string, description: string, choices?: readonly string[]];

const JSON_OPTION = ['--json', 'print JSON'] as const;
const HTML_OPTION = ['--html <out>', 'write one page that shows it (- for stdout)'] as const;
const ID = ['<id>', 'id as `swictation pending` shows it'] as const;
const ID_OR_LAST = ['<id>', 'id as `swictation pending` shows it, or last'] as const;

const pending: CommandSpec = {
  name: 'pending',
  summary: 'list, type or drop what was not delivered',
  options: [
    JSON_OPTION,
    ['--recent', 'what was typed although a part of its speech did not become text'],
  ],
  subcommands: [
    {
      name: 'type',
      summary: 'type the text of a recording now',
      args: [ID_OR_LAST],
      load: () => import('./commands/pending/pending-type.js'),
    },
    {
      name: 'drop',
      summary: 'delete a recording and its text',
      args: [ID],
      options: [['--yes', 'do not ask']],
      load: () => import('./commands/pending/pending-drop.js'),
    },
  ],
  load: () => import('./commands/pending/pending.js'),
};

const recording: readonly CommandSpec[] = [
  {
    name: 'toggle',
    summary: 'start or stop recording',
    load: () => import('./commands/toggle.js'),
  },
  { name: 'start', summary: 'start recording', load: () => import('./commands/start.js') },
  {
    name: 'stop-recording',
    summary: 'stop recording and type what was said',
    load: () => import('./commands/stop-recording.js'),
  },
  {
    name: 'cancel',
    summary: 'stop recording and keep what was said as pending',
    load: () => import('./commands/cancel.js'),
  },
  {
    name: 'last',
    summary: 'the last transcript',
    load: () => import('./commands/pending/last.js'),
  },
  {
    name: 'repeat',
    summary: 'type the last transcript again',
    load: () => import('./commands/pending/repeat.js'),
  },
  pending,
];

const daemon: readonly CommandSpec[] = [
  {
    name: 'status',
    summary: 'state, devices, memory, what needs attention',
    options: [
      ['--follow', 'print a line at each change, until Ctrl+C'],
      ['--format <format>', 'of --follow', ['plain', 'json', 'waybar']],
      ['--live', 'of --follow: also what is heard of the sentence that is spoken'],
    ],
    load: () => import('./commands/status.js'),
  },
  { name: 'stop', summary: 'end the daemon', load: () => import('./commands/stop.js') },
  {
    name: 'memory',
    summary: 'memory of the card and of our allocator on it',
    options: [JSON_OPTION],
    load: () => import('./commands/memory.js'),
  },
  {
    name: 'top',
    summary: 'live view of card, models, queue, processes',
    options: [['--text', 'also what is heard while it is spoken'], JSON_OPTION],
    load: () => import('./commands/top.js'),
  },
  {
    name: 'why',
    summary: 'the last policy decisions with their figures',
    options: [
      ['-n <count>', 'how many (default 10)'],
      ['--replay <file>', 'decide a recorded run (swictationd --record) anew'],
      ['--html <out>', 'of --replay: write one page that shows it (- for stdout)'],
      JSON_OPTION,
    ],
    load: () => import('./commands/why.js'),
  },
  {
    name: 'doctor',
    summary: 'check what dictation needs, say what to type',
    options: [JSON_OPTION],
    load: () => import('./commands/doctor.js'),
  },
  {
    name: 'microphones',
    summary: 'what can be recorded from: number, name, default, level of one second',
    options: [JSON_OPTION],
    load: () => import('./commands/microphones.js'),
  },
  {
    name: 'setup',
    summary: 'create or mend the Python environment',
    options: [
      ['--full', 'with Canary also where no card can use it'],
      ['--languages', 'fetch what the processor needs for other languages than English (133 MB)'],
      ['--python <program>', 'make it from this Python'],
      ['--service', 'also put user service, completions and manual in place'],
      ['--remove', 'take all that away again; your data stay'],
      ['--dry-run', 'say what would be installed'],
      ['--quiet', 'say only what is done'],
    ],
    load: () => import('./commands/setup.js'),
  },
];

const statistics: readonly CommandSpec[] = [
  {
    name: 'report',
    summary: 'one page in the browser: memory, models, texts, delays, decisions',
    options: [
      ['--since <span>', 'how far back: hours, or 30m, 12h, 7d (default 24h)'],
      HTML_OPTION,
    ],
    load: () => import('./commands/statistics/report.js'),
  },
  {
    name: 'stats',
    summary: 'figures of one session (default: the latest)',
    args: [['[id]', 'session id as `swictation history` shows it']],
    options: [JSON_OPTION],
    load: () => import('./commands/statistics/stats.js'),
  },
  {
    name: 'history',
    summary: 'the last sessions',
    options: [['--limit <count>', 'how many (default 10)'], JSON_OPTION],
    load: () => import('./commands/statistics/history.js'),
  },
  {
    name: 'summary',
    summary: 'figures of all sessions together',
    options: [JSON_OPTION],
    load: () => import('./commands/statistics/summary.js'),
  },
];

const offline: readonly CommandSpec[] = [
  {
    name: 'transcribe',
    summary: 'turn audio files into text, without the daemon',
    args: [['<file...>', 'audio files; - is stdin']],
    options: [
      ['--json', 'one JSON object a line'],
      ['--commands', 'apply the voice commands'],
      ['--raw', 'the sound is bare samples, s16le, 16 kHz, mono'],
    ],
    load: () => import('./commands/transcribe.js'),
  },
  {
    name: 'transform',
    summary: 'apply the voice commands to each line of stdin',
    options: [['--json', 'each line is a JSON string, in and out']],
    load: () => import('./commands/transform.js'),
  },
  {
    name: 'simulate',
    summary: 'run the memory policy against a modelled card',
    args: [['<file>', 'JSON lines: the world, then events']],
    options: [HTML_OPTION],
    load: loadSimulate,
  },
  {
    name: 'completions',
    summary: 'print completions for a shell',
    args: [['<shell>', 'the shell', ['bash', 'zsh', 'fish']]],
    load: () => import('./commands/completions.js'),
  },
];

/** As `swictation --help` lists them. */
export const GROUPS: readonly {
  readonly heading: string;
  readonly commands: readonly CommandSpec[];
}[] = [
  { heading: 'Dictate:', commands: recording },
  { heading: 'See what it does:', commands: daemon },
  { heading: 'Statistics, also without the daemon:', commands: statistics },
  { heading: 'Files and texts, without the daemon:', commands: offline },
];

/** All commands. @forTests The manual page and the completions are held to it. */
export const COMMANDS: readonly CommandSpec[] = GROUPS.flatMap(({ commands }) => commands);

/** Its entry takes what it needs, so that it can be called without a command line. */
async function loadSimulate(): ReturnType<CommandSpec['load']> {
  const { runSimulateCommand } = await import('./commands/simulate.js');
  return { run: runSimulateCommand };
}
