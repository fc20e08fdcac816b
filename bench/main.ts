import { parseArgs } from 'node:util';
import { measureJournal } from './parts/journal.js';
import { measureOffline } from './parts/offline.js';
import { measureOmissions } from './parts/omissions.js';
import {
  DEFAULT_WAY,
  describeOverhead,
  describeStages,
  describeWays,
  judgeWays,
  playTake,
  WAYS,
  type WayResult,
} from './parts/pause-to-text.js';
import { measurePortal } from './parts/portal.js';
import { measureCache, measureIdle, measureRestart, measureStart } from './parts/processes.js';
import { measurePure } from './parts/pure.js';
import { measureRemote } from './parts/remote.js';
import { measureTransport } from './parts/transport.js';
import { measureWords } from './parts/words.js';
import { plotWaits } from './report/plot.js';
import {
  keepFigures,
  printSection,
  printVerdicts,
  type Section,
  type Verdict,
  writeReport,
} from './report/report.js';
import { quantile } from './report/statistics.js';
import { lagSets, speechSets } from './speech/sets.js';

interface Result {
  readonly sections: readonly Section[];
  readonly verdicts: readonly Verdict[];
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    /** Only these ways, by their names, separated by commas. */
    ways: { type: 'string' },
    /** Only recordings whose name holds this. */
    sets: { type: 'string', default: '' },
    /** `words` plays all recordings, not some of each kind. */
    all: { type: 'boolean', default: false },
  },
});

/** Each part can be run alone: `make bench` runs all, `--only pause,rules` some. */
const PARTS: Readonly<Record<string, () => Promise<Result>>> = {
  pure: async () => ({ sections: [measurePure()], verdicts: [] }),
  transport: async () => ({ sections: [await measureTransport()], verdicts: [] }),
  portal: measurePortal,
  start: measureStart,
  restart: measureRestart,
  cache: measureCache,
  idle: measureIdle,
  computed: async () => ({
    sections: await measureOffline(speechSets().filter(isSetWanted)),
    verdicts: [],
  }),
  omissions: measureOmissions,
  remote: measureRemote,
  pause: measurePauses,
  words: () => measureWords(lagSets(values.all).filter(isSetWanted), isWanted),
  journal: () => measureJournal(pauseToTextMs),
};
/** The best way's median once it was measured, else the limit that the project sets itself. */
let pauseToTextMs = 800;
let plot: string | null = null;

function isWanted(way: string): boolean {
  return values.ways === undefined || values.ways.split(',').includes(way);
}

function isSetWanted({ name }: { readonly name: string }): boolean {
  return name.includes(values.sets);
}

async function measurePauses(): Promise<Result> {
  const results: WayResult[] = [];
  for (const take of speechSets().filter(isSetWanted)) {
    for (const way of WAYS.filter(({ name }) => isWanted(name))) {
      process.stderr.write(`${take.name}, ${way.name}: ${take.seconds.toFixed(0)} s of sound\n`);
      results.push(await playTake(take, way));
    }
  }
  const sets = [...new Set(results.map(({ set }) => set))];
  const people = results.filter(({ set }) => set.startsWith('people'));
  keepFigures('bench-pause.json', results);
  const judged = people.length > 0 ? people : results;
  pauseToTextMs = medianWaitMs(judged, DEFAULT_WAY);
  plot = plotWays(judged);
  return {
    sections: [
      ...sets.map((set) =>
        describeWays(
          results.filter((result) => result.set === set),
          `Pause to text: ${set}`,
        ),
      ),
      describeStages(results),
      describeOverhead(results),
    ],
    verdicts: judgeWays(judged),
  };
}

function plotWays(results: readonly WayResult[]): string {
  const series = WAYS.map(({ name }) => ({ name, valuesMs: waitsOf(results, name) }));
  const thirdMs = medianWaitMs(results, WAYS[0]?.name ?? '') / 3;
  return plotWaits('From the last sound to the last key', series, thirdMs);
}

function waitsOf(results: readonly WayResult[], way: string): readonly number[] {
  return results.filter((each) => each.way === way).flatMap((each) => each.pauseToTextMs);
}

function medianWaitMs(results: readonly WayResult[], way: string): number {
  return quantile(waitsOf(results, way), 0.5);
}

const wanted = values.only?.split(',') ?? Object.keys(PARTS);
const sections: Section[] = [];
const verdicts: Verdict[] = [];
for (const [name, measure] of Object.entries(PARTS)) {
  if (!wanted.includes(name)) continue;
  const result = await measure();
  for (const section of result.sections) printSection(section);
  sections.push(...result.sections);
  verdicts.push(...result.verdicts);
}
printVerdicts(verdicts);
process.stdout.write(`\nWritten: ${writeReport(sections, verdicts, plot)}\n`);
