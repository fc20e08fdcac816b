import { createRequire } from 'node:module';
import { type CardTrouble, describeRunTrouble } from '../system/card/trouble.js';
import type { Env } from '../system/env.js';
import { runProgram } from '../system/process/process.js';
import { type CardReport, parseReport } from './card-report.js';

export type { CardReport } from './card-report.js';

export type ReportResult =
  | { readonly kind: 'report'; readonly report: CardReport }
  | { readonly kind: 'trouble'; readonly trouble: CardTrouble };

const DEFAULT_DEADLINE_MS = 10_000;
/** `nvidia-smi -q -x` writes some 15 KiB a card and more per process. */
const LARGEST_REPORT_BYTES = 8_388_608;

/**
 * The full report of all cards, once, for people. It wakes a sleeping card.
 *
 * node-nvidia-smi knows no deadline and starts nvidia-smi where we can't end it, so its own command runs as
 * a program of ours: at the deadline both are ended. It takes any word on stderr for a failure; the plain
 * report is asked for then.
 */
export async function reportCard(options: {
  readonly env: Env;
  readonly deadlineMs?: number;
}): Promise<ReportResult> {
  const timeoutMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
  const script = createRequire(import.meta.url).resolve('node-nvidia-smi/node-nvidia-smi.js');
  const result = await runProgram(process.execPath, [script], {
    ifWeDie: 'swept',
    // What makes Node load other code at its start is not for this child.
    env: { ...options.env, NODE_OPTIONS: undefined, NODE_PATH: undefined },
    timeoutMs,
    maxOutputBytes: LARGEST_REPORT_BYTES,
  });
  const report = parseReport(result.stdout);
  return report === null
    ? explainFailure(result.kind, options.env, timeoutMs)
    : { kind: 'report', report };
}

/** The library's own words are a stack trace at best: one direct run tells what is really wrong. */
async function explainFailure(
  kind: 'ended' | 'timed_out' | 'not_found' | 'aborted',
  env: Env,
  timeoutMs: number,
): Promise<ReportResult> {
  if (kind === 'timed_out') {
    return {
      kind: 'trouble',
      trouble: { kind: 'silent', message: 'nvidia-smi gave no answer in time' },
    };
  }
  return reportPlainly(env, timeoutMs);
}

const PLAIN_FIELDS =
  'driver_version,name,uuid,memory.total,memory.used,memory.free,temperature.gpu';

const COLUMNS = PLAIN_FIELDS.split(',').length;

async function reportPlainly(env: Env, timeoutMs: number): Promise<ReportResult> {
  const query = [`--query-gpu=${PLAIN_FIELDS}`, '--format=csv,noheader'];
  const result = await runProgram('nvidia-smi', query, {
    env: { ...env },
    timeoutMs,
    ifWeDie: 'swept',
  });
  const report = parsePlainReport(result.stdout);
  return report === null
    ? { kind: 'trouble', trouble: describeRunTrouble(result) }
    : { kind: 'report', report };
}

/** The same columns in the shape of the XML report, so that one reader checks both. */
function parsePlainReport(stdout: string): CardReport | null {
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(',').map((column) => column.trim()))
    .filter((row) => row.length === COLUMNS);
  if (rows.length === 0) return null;
  const gpu = rows.map(([, product_name, uuid, total, used, free, gpu_temp]) => ({
    product_name,
    uuid,
    fb_memory_usage: { total, used, free },
    temperature: { gpu_temp },
  }));
  return parseReport(JSON.stringify({ nvidia_smi_log: { driver_version: rows[0]?.[0], gpu } }));
}
