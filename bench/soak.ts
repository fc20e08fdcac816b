import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { pcmOf, SPOKEN } from '../test/support/speech.js';
import { followEvents } from '../ts/control/client.js';
import { type Live, startLive } from './parts/live.js';
import { printSection, printVerdicts, type Verdict, writeSoakReport } from './report/report.js';
import { MemoryWatch } from './soak/processes.js';
import { chance, killed, othersComeOrGo, someFault, type Trouble } from './soak/trouble.js';
import { compareTexts, type WordCount } from './soak/words.js';

const NAMES = [...SPOKEN.keys()];
const GAP_S = 1.6;
const FRAME_BYTES = 1024;
const LOOK_MS = 5_000;
/** Memory that grows by more than this is a leak: a week of dictation would show it. */
const FLAT_MB_PER_HOUR = 30;
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    /** Two hours of sound at full speed and a worker killed every ten seconds instead. */
    fast: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
});

const minutes = Number(values.minutes);
const loop = wholeFrames(pcmOf(NAMES.flatMap((name) => [0.3, name, GAP_S])));
const loops = Math.max(1, Math.round((minutes * 60) / (loop.length / 2 / 16_000)));
const said = await undisturbed();
const live = await startLive({
  pcm: loop,
  loops,
  args: values.fast ? ['--fast'] : ['--realtime', '--device', 'sim:4295'],
});
process.exitCode = await endure(live);

async function endure(running: Live): Promise<number> {
  const watch = new MemoryWatch(running.daemon.pid);
  const befell = new Map<string, number>();
  const decisions = new Map<string, number>();
  const ending = new AbortController();
  const counting = countDecisions(running, decisions, ending.signal);
  await running.daemon.ask('start');
  const looking = lookUntil(running, watch, ending.signal);
  const plaguing = plague(running, befell, ending.signal);
  await running.finished();
  ending.abort();
  await Promise.all([looking, plaguing, counting]);
  const words = compareTexts(said, running.typed());
  const left = await journalLeft(running);
  const verdicts = judge(words, watch, left);
  report(watch, befell, decisions, words, verdicts);
  await running.close();
  return verdicts.every(({ met }) => met) ? 0 : 1;
}

/** Each repetition begins on a frame, so that the ear cuts it the same way every time. */
function wholeFrames(pcm: Buffer): Buffer {
  const missing = (FRAME_BYTES - (pcm.length % FRAME_BYTES)) % FRAME_BYTES;
  return Buffer.concat([pcm, Buffer.alloc(missing)]);
}

/** What is typed where nothing happens: the first time, and every later time. */
async function undisturbed(): Promise<string> {
  const texts: string[] = [];
  for (const times of [1, 2]) {
    const calm = await startLive({ pcm: loop, loops: times, args: ['--fast'] });
    await calm.daemon.ask('start');
    await calm.finished();
    texts.push(calm.typed());
    await calm.close();
  }
  const [first = '', both = ''] = texts;
  return first + both.slice(first.length).repeat(loops - 1);
}

async function lookUntil(running: Live, watch: MemoryWatch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { workers } = await running.snapshot();
    watch.look(new Map(workers.flatMap(({ role, pid }) => (pid === null ? [] : [[pid, role]]))));
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

async function plague(
  running: Live,
  befell: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  const random = chance(Number(values.seed));
  const startedMs = performance.now();
  while (!signal.aborted) {
    const waitMs = values.fast ? 10_000 : 8_000 + random() * 16_000;
    await sleep(waitMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const share = (performance.now() - startedMs) / (minutes * 60_000);
    const trouble = values.fast ? killed(random, ['cpu', 'ear']) : nextTrouble(random, share);
    befell.set(trouble.name, (befell.get(trouble.name) ?? 0) + 1);
    await trouble
      .befall(running)
      .catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  }
}

function nextTrouble(random: () => number, share: number): Trouble {
  return random() < 0.75 ? othersComeOrGo(random) : someFault(random, share);
}

async function countDecisions(
  running: Live,
  into: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  for await (const { payload } of followEvents(
    running.workspace.eventsEndpoint,
    ['decision'],
    signal,
  )) {
    const name = [payload.action, payload.device].filter(Boolean).join(' ');
    into.set(name, (into.get(name) ?? 0) + 1);
  }
}

/** Bytes of sound in the journal once everything is delivered and tidied up. */
async function journalLeft(running: Live): Promise<number> {
  await sleep(4_000);
  const names = readdirSync(running.workspace.journalDir).filter((name) => name !== 'index.log');
  return names.reduce(
    (sum, name) => sum + statSync(join(running.workspace.journalDir, name)).size,
    0,
  );
}

function judge(words: WordCount, watch: MemoryWatch, left: number): readonly Verdict[] {
  const slopes = watch.rows().map(([name, , , , , slope]) => [name, Number(slope)] as const);
  return [
    verdict('words lost', words.lost, 0),
    verdict('words doubled or added', words.added, 0),
    verdict('bytes of sound left in the journal', left, 0),
    ...slopes
      .filter(([, slope]) => Number.isFinite(slope))
      .map(([name, slope]) => verdict(`memory of ${name}, MB an hour`, slope, FLAT_MB_PER_HOUR)),
  ];
}

function verdict(what: string, value: number, limit: number): Verdict {
  return { what, value: String(value), limit: `<= ${limit}`, met: value <= limit };
}

function report(
  watch: MemoryWatch,
  befell: ReadonlyMap<string, number>,
  decisions: ReadonlyMap<string, number>,
  words: WordCount,
  verdicts: readonly Verdict[],
): void {
  const soundMinutes = (loops * loop.length) / 2 / 16_000 / 60;
  const sections = [
    {
      title: `Memory over ${soundMinutes.toFixed(1)} minutes of sound${values.fast ? ' at full speed' : ''}`,
      columns: ['process', 'how many', 'longest life', 'MB early', 'MB late', 'MB an hour'],
      rows: watch.rows(),
      notes: ['Of each kind the one that lived longest, without its first third.'],
    },
    counts('What befell it', befell),
    counts('Decisions of the memory policy', decisions),
  ];
  for (const section of sections) printSection(section);
  printVerdicts(verdicts);
  process.stdout.write(`\n${words.said} words said, ${words.typed} typed`);
  process.stdout.write(
    words.firstDifference === null ? '\n' : `; first: ${words.firstDifference}\n`,
  );
  process.stdout.write(`Written: ${writeSoakReport(sections, verdicts)}\n`);
}

function counts(title: string, figures: ReadonlyMap<string, number>) {
  const rows = [...figures].sort(([, a], [, b]) => b - a);
  return { title, columns: ['what', 'how often'], rows, notes: [] };
}
