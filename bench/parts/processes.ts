import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { askSocket, startDaemon } from '../../test/support/daemon.js';
import { pcmOf, recording } from '../../test/support/speech.js';
import { openWorkspace } from '../../test/support/workspace.js';
import type { Section, Verdict } from '../report/report.js';
import { quantile, sum } from '../report/statistics.js';
import { familyOf } from '../soak/processes.js';
import { startLive } from './live.js';

const STARTS = 7;
const RESTARTS = 3;
const IDLE_S = 30;
const STILL = 'for comparison: an empty Node program';

interface Result {
  readonly sections: readonly Section[];
  readonly verdicts: readonly Verdict[];
}

/** From the start of the program until the key works, and until the model is loaded. */
export async function measureStart(): Promise<Result> {
  const bare: number[] = [];
  const key: number[] = [];
  const model: number[] = [];
  for (let i = 0; i < STARTS; i += 1) {
    bare.push(await startNode());
    const [keyMs, modelMs] = await startOnce();
    key.push(keyMs);
    model.push(modelMs);
  }
  const row = (what: string, values: readonly number[]) => [
    what,
    quantile(values, 0.5).toFixed(0),
    Math.min(...values).toFixed(0),
    Math.max(...values).toFixed(0),
  ];
  const keyMs = quantile(key, 0.5);
  return {
    sections: [
      {
        title: `Start, ms, ${STARTS} times`,
        columns: ['what', 'median', 'least', 'most'],
        rows: [
          row('swictationd accepts toggle', key),
          row('its model is loaded', model),
          row('Node with an empty program, for comparison', bare),
        ],
        notes: [],
      },
    ],
    verdicts: [limit('start until toggle is accepted', keyMs, 500, 'ms')],
  };
}

async function startNode(): Promise<number> {
  const { runProgram } = await import('../../ts/system/process/process.js');
  const startedMs = performance.now();
  await runProgram(process.execPath, ['-e', '0'], { timeoutMs: 20_000 });
  return performance.now() - startedMs;
}

async function startOnce(): Promise<readonly [number, number]> {
  const workspace = openWorkspace();
  const startedMs = performance.now();
  const daemon = startDaemon(workspace, [
    '--source',
    `wav:${recording('fox')}`,
    '--sink',
    'stdout',
  ]);
  try {
    await firstAnswer(workspace.controlSocket);
    const keyMs = performance.now() - startedMs;
    while (!(await isLoaded(daemon))) await sleep(20);
    return [keyMs, performance.now() - startedMs];
  } finally {
    await daemon.kill();
    workspace.remove();
  }
}

async function firstAnswer(path: string): Promise<void> {
  for (;;) {
    const answer = await askSocket(path, '{"action":"toggle"}').catch(() => '');
    if (answer.includes('recording')) return;
    await sleep(2);
  }
}

async function isLoaded(daemon: { ask(action: string): Promise<Record<string, unknown>> }) {
  // The command interface opens shortly after the key's socket.
  const { models } = await daemon.ask('snapshot').catch(() => ({ models: null }));
  return JSON.stringify(models).includes('"device":"cpu","engine":"');
}

/** The speech process is killed while it works: how much later the text comes than undisturbed. */
export async function measureRestart(): Promise<Result> {
  const live = await startLive({ pcm: pcmOf(['fox']) });
  const audio = pcmOf(['report']);
  const ask = () => live.daemon.ask('transcribe', { pcm: audio });
  const calm: number[] = [];
  const killed: number[] = [];
  try {
    await ask();
    for (let i = 0; i < RESTARTS; i += 1) {
      calm.push(await timed(ask));
      killed.push(await timed(() => askAndKill(live, ask)));
    }
    const cold = await timeToFirstText();
    return describeRestart(calm, killed, cold);
  } finally {
    await live.close();
  }
}

async function askAndKill(
  live: Awaited<ReturnType<typeof startLive>>,
  ask: () => Promise<unknown>,
): Promise<void> {
  const { workers } = await live.snapshot();
  const worker = workers.find(({ role }) => role === 'cpu');
  const answer = ask();
  await sleep(30);
  if (worker?.pid) process.kill(worker.pid, 'SIGKILL');
  await answer;
}

async function timeToFirstText(): Promise<number> {
  const startedMs = performance.now();
  const live = await startLive({ pcm: pcmOf(['fox']) });
  await live.daemon.ask('transcribe', { pcm: pcmOf(['report']) });
  const tookMs = performance.now() - startedMs;
  await live.close();
  return tookMs;
}

function describeRestart(
  calm: readonly number[],
  killed: readonly number[],
  coldMs: number,
): Result {
  const laterMs = quantile(killed, 0.5) - quantile(calm, 0.5);
  return {
    sections: [
      {
        title: 'Restart of the speech process, ms from the request to its text',
        columns: ['what', 'median'],
        rows: [
          ['undisturbed', quantile(calm, 0.5).toFixed(0)],
          ['killed 30 ms into the work, forked anew (warm)', quantile(killed, 0.5).toFixed(0)],
          ['from nothing: daemon, imports, model (cold)', coldMs.toFixed(0)],
        ],
        notes: [],
      },
    ],
    verdicts: [limit('text after a killed worker, later than undisturbed', laterMs, 1_000, 'ms')],
  };
}

/** Recording off: what all processes of the daemon use in 30 s. */
export async function measureIdle(): Promise<Result> {
  const live = await startLive({ pcm: pcmOf(['fox']) });
  const still = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  try {
    const family = () => [...familyOf(live.daemon.pid), ...familyOf(still.pid ?? 0)];
    await sleep(5_000);
    const before = family();
    const startedMs = performance.now();
    await sleep(IDLE_S * 1e3);
    const after = family();
    const seconds = (performance.now() - startedMs) / 1e3;
    const names = new Map((await live.snapshot()).workers.map(({ pid, role }) => [pid, role]));
    const cpuBefore = new Map(before.map(({ pid, cpuS }) => [pid, cpuS]));
    const rows = after.map(({ pid, cpuS, rssMb }) => {
      const share = ((cpuS - (cpuBefore.get(pid) ?? cpuS)) / seconds) * 100;
      const own = names.get(pid) ?? 'nursery';
      const name = pid === still.pid ? STILL : pid === live.daemon.pid ? 'swictationd' : own;
      return { name, share, rssMb };
    });
    return describeIdle(rows);
  } finally {
    still.kill();
    await live.close();
  }
}

function describeIdle(rows: readonly { name: string; share: number; rssMb: number }[]): Result {
  const all = sum(rows.filter(({ name }) => name !== STILL).map(({ share }) => share));
  const node = rows.find(({ name }) => name === 'swictationd')?.rssMb ?? Number.NaN;
  return {
    sections: [
      {
        title: `Idle for ${IDLE_S} s, recording off, model loaded`,
        columns: ['process', 'share of a core', 'memory'],
        rows: rows.map(({ name, share, rssMb }) => [
          name,
          `${share.toFixed(2)} %`,
          `${rssMb.toFixed(0)} MB`,
        ]),
        notes: [
          'The last row is what one wake-up a second costs on this machine at that time, with nothing done in it.',
          'Memory counts shared pages in each process; the kernel counts processor time in steps of 10 ms.',
        ],
      },
    ],
    verdicts: [
      limit('idle, all processes', all, 0.5, '%'),
      limit('idle, memory of Node', node, 120, 'MB'),
    ],
  };
}

/** On the simulated card: what emptying the cache after each text would cost, and what the policy does. */
export async function measureCache(): Promise<Result> {
  const live = await startLive({ pcm: pcmOf(['fox']), args: ['--device', 'sim:4295'] });
  try {
    const audio = pcmOf(['report']);
    const textMs: number[] = [];
    const emptyMs: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      textMs.push(await timed(() => live.daemon.ask('transcribe', { pcm: audio })));
      emptyMs.push(await timed(() => live.daemon.ask('empty_cache')));
    }
    const { decisions } = await live.daemon.ask('decisions', { limit: 500 });
    const own = JSON.stringify(decisions).match(/"action":"empty_cache"/g)?.length ?? 0;
    return describeCache(quantile(textMs, 0.5), quantile(emptyMs, 0.5), own);
  } finally {
    await live.close();
  }
}

function describeCache(textMs: number, emptyMs: number, own: number): Result {
  return {
    sections: [
      {
        title: 'Emptying the cache (simulated card)',
        columns: ['what', 'value'],
        rows: [
          ['one text', `${textMs.toFixed(0)} ms`],
          ['one emptying, with its way there and back', `${emptyMs.toFixed(1)} ms`],
          ['after each text, as the original did', `+${((emptyMs / textMs) * 100).toFixed(1)} %`],
          ['only when it is worth it: emptied by the policy in 8 texts', own],
        ],
        notes: [
          'Computed from a simulated card: a real one adds the release and the new allocation of its blocks (`make gpu-check` measures that).',
        ],
      },
    ],
    verdicts: [],
  };
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await run();
  return performance.now() - startedMs;
}

function limit(what: string, value: number, most: number, unit: string): Verdict {
  return {
    what,
    value: `${value.toFixed(unit === '%' ? 2 : 0)} ${unit}`,
    limit: `<= ${most} ${unit}`,
    met: value <= most,
  };
}
