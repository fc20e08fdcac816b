import { readFileSync } from 'node:fs';
import { ask } from '../../test/serving/ask.js';
import { NO_SERVER, startServer } from '../../test/serving/server.js';
import { pcmOf, recording } from '../../test/support/speech.js';
import type { Section, Verdict } from '../report/report.js';
import { quantile } from '../report/statistics.js';
import { openWorkers } from './offline.js';

const CLIPS = ['fox', 'garden', 'letter', 'train', 'report'] as const;
const ROUNDS = 12;
const THREADS = 2;
const LIMIT_MS = 60;

interface Result {
  readonly sections: readonly Section[];
  readonly verdicts: readonly Verdict[];
}

interface Times {
  readonly whole: number[];
  /** Without what the engine itself took. */
  readonly beside: number[];
}

/** The same engine with the same threads, asked as a worker and as a server on loopback, in turn. */
export async function measureRemote(): Promise<Result> {
  const title = 'A server on this machine: ms for a text';
  if (NO_SERVER !== null) {
    const skipped = { title, columns: ['skipped'], rows: [[NO_SERVER]], notes: [] };
    return { sections: [skipped], verdicts: [] };
  }
  const server = await startServer(['--engine', 'embedded', '--threads', String(THREADS)]);
  const workers = await openWorkers();
  const here: Times = { whole: [], beside: [] };
  const there: Times = { whole: [], beside: [] };
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const clip of CLIPS) {
        const first = round === 0;
        await note(first ? null : here, () => workers.engineMs(pcmOf([clip])));
        await note(first ? null : there, () => askServer(server.url, clip));
      }
    }
  } finally {
    await workers.close();
    await server.stop();
  }
  const addedMs = quantile(there.beside, 0.5) - quantile(here.beside, 0.5);
  const notes = [
    `tiny.en with ${THREADS} threads, ${there.whole.length} sentences of 2 to 4 s, in turn; load of the machine ${loadNow()}.`,
    'Beside the engine: the whole time without what the engine took by its own clock.',
  ];
  return {
    sections: [
      {
        title,
        columns: ['asked as', 'whole p50', 'p95', 'beside the engine p50', 'p95'],
        rows: [rowOf('worker of the daemon', here), rowOf('server (Ray Serve)', there)],
        notes,
      },
    ],
    verdicts: [
      {
        what: 'a server on loopback adds, p50',
        value: `${addedMs.toFixed(1)} ms`,
        limit: `${LIMIT_MS} ms`,
        met: addedMs < LIMIT_MS,
      },
    ],
  };
}

async function askServer(url: string, clip: string): Promise<number> {
  const { status, body, engineMs } = await ask(url, recording(clip));
  if (status !== 200) throw new Error(`the server answered ${status}: ${body}`);
  return engineMs;
}

async function note(times: Times | null, work: () => Promise<number>): Promise<void> {
  const startedMs = performance.now();
  const engineMs = await work();
  const wholeMs = performance.now() - startedMs;
  times?.whole.push(wholeMs);
  times?.beside.push(wholeMs - engineMs);
}

function rowOf(name: string, { whole, beside }: Times): readonly string[] {
  const figures = [whole, beside].flatMap((times) => [0.5, 0.95].map((at) => quantile(times, at)));
  return [name, ...figures.map((figure) => figure.toFixed(1))];
}

function loadNow(): string {
  return readFileSync('/proc/loadavg', 'utf8').split(' ')[0] ?? '?';
}
