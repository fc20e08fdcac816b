import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { pythonCommand } from '../../ts/system/python/environment.js';
import type { Section, Verdict } from '../report/report.js';
import { sum } from '../report/statistics.js';
import { peopleFolder, syntheticFolder } from '../speech/clips.js';

const SCRIPT = fileURLToPath(new URL('omissions.py', import.meta.url));
const OURS = 'this program';
const MOST_IN_A_ROW = 2;

const rowSchema = z.object({
  gap_s: z.number(),
  engine: z.string(),
  words: z.number(),
  errors: z.number(),
  missing: z.number(),
  longest: z.number(),
  seconds: z.number(),
});
type Row = z.infer<typeof rowSchema>;

/** Sentences close together: which words never became text, by the gap between them, beside plain faster-whisper. */
export async function measureOmissions(): Promise<{
  readonly sections: readonly Section[];
  readonly verdicts: readonly Verdict[];
}> {
  const folders = [peopleFolder(), syntheticFolder()].filter((folder) => folder !== null);
  const printed = execFileSync(pythonCommand(process.env), [SCRIPT, ...folders], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const rows = z.array(rowSchema).parse(JSON.parse(printed));
  return { sections: [describe(rows)], verdicts: judge(rows) };
}

function describe(rows: readonly Row[]): Section {
  return {
    title: 'Omissions',
    columns: ['gap', 'engine', 'words', 'errors', 'missing', 'most in a row', 'seconds'],
    rows: rows.map((row) => [
      `${row.gap_s} s`,
      row.engine,
      row.words,
      row.errors,
      row.missing,
      row.longest,
      row.seconds.toFixed(1),
    ]),
    notes: [
      'Two or three sentences of different voices with so much between them; both engines have the same weights and the same sound.',
      'Plain faster-whisper goes on from its own timestamps.',
    ],
  };
}

function judge(rows: readonly Row[]): readonly Verdict[] {
  const ours = rows.filter(({ engine }) => engine === OURS);
  const plain = rows.filter(({ engine }) => engine !== OURS);
  const count = (of: readonly Row[], key: 'missing' | 'errors') => sum(of.map((row) => row[key]));
  const longest = Math.max(...ours.map((row) => row.longest));
  return [
    atMost(
      'words missing beside plain faster-whisper',
      count(ours, 'missing'),
      count(plain, 'missing'),
    ),
    atMost(
      'word errors beside plain faster-whisper',
      count(ours, 'errors'),
      count(plain, 'errors'),
    ),
    atMost('words missing in a row', longest, MOST_IN_A_ROW),
  ];
}

function atMost(what: string, value: number, limit: number): Verdict {
  return { what, value: String(value), limit: `<= ${limit}`, met: value <= limit };
}
