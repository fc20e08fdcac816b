import { parseArgs } from 'node:util';
import {
  describeOverhead,
  describeStages,
  describeWays,
  judgeWays,
  playTake,
  WAYS,
  type WayResult,
} from './parts/pause-to-text.js';
import {
  printSection,
  printVerdicts,
  type Section,
  type Verdict,
  writeReport,
} from './report/report.js';
import { speechSets } from './speech/sets.js';

interface Result {
  readonly sections: readonly Section[];
  readonly verdicts: readonly Verdict[];
}

/** Each part can be run alone: `make bench` runs all, `--only pause,rules` some. */
const PARTS: Readonly<Record<string, () => Promise<Result>>> = {
  pause: measurePauses,
};

async function measurePauses(): Promise<Result> {
  const results: WayResult[] = [];
  for (const take of speechSets()) {
    for (const way of WAYS) {
      process.stderr.write(`${take.name}, ${way.name}: ${take.seconds.toFixed(0)} s of sound\n`);
      results.push(await playTake(take, way));
    }
  }
  const sets = [...new Set(results.map(({ set }) => set))];
  const people = results.filter(({ set }) => set.startsWith('people'));
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
    verdicts: judgeWays(people.length > 0 ? people : results),
  };
}

const { values } = parseArgs({ options: { only: { type: 'string' } } });
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
process.stdout.write(`\nWritten: ${writeReport(sections, verdicts, null)}\n`);
