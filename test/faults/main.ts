import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FAULTS } from './faults.js';
import { MOMENTS } from './moments.js';
import { pairCases, randomCases } from './random.js';
import { isFlawed, renderHead, renderRow, renderSummary } from './report.js';
import { type Case, type Row, runCase } from './run-case.js';

/** Below the 1.3 from which on a microphone is taken for one that gives another rate than it was asked for. */
const SPEED = 1.25;
const REPORT = 'test-output/faults.md';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    rounds: { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: '3' },
  },
});

/** All cases of the table, or as many random ones as were asked for. */
function chooseCases(): readonly Case[] {
  const rounds = Number(values.rounds);
  if (rounds > 0) return randomCases(chooseSeed(), rounds, SPEED, values.only);
  const table = FAULTS.flatMap((fault) =>
    fault.moments.map((name) => ({ fault, moment: MOMENTS[name], speed: SPEED, first: 0 })),
  );
  return [...table, ...pairCases(Number(values.seed ?? 1), SPEED)].filter(({ fault, moment }) =>
    `${fault.name} @ ${moment.name}`.includes(values.only),
  );
}

function chooseSeed(): number {
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
  process.stdout.write(
    `seed ${seed}: \`make faults SEED=${seed} ROUNDS=${values.rounds}\` does the same again\n`,
  );
  return seed;
}

async function runAll(cases: readonly Case[], onRow: (row: Row) => void): Promise<void> {
  const waiting = [...cases];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      onRow(await runCase(next));
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
}

const startedMs = performance.now();
const rows: Row[] = [];
const lines = [renderHead()];
process.stdout.write(`${renderHead()}\n`);
await runAll(chooseCases(), (row) => {
  rows.push(row);
  lines.push(renderRow(row));
  process.stdout.write(`${renderRow(row)}\n`);
  if (!isFlawed(row)) return;
  process.stderr.write(`FLAW ${row.fault} @ ${row.moment}: ${row.flaws.join('; ')}\n${row.log}\n`);
});
const summary = renderSummary(rows, (performance.now() - startedMs) / 1000);
process.stdout.write(`\n${summary}\n`);
mkdirSync('test-output', { recursive: true });
writeFileSync(REPORT, `# Fault matrix\n\n${lines.join('\n')}\n\n${summary}\n`);
process.exit(rows.some(isFlawed) ? 1 : 0);
