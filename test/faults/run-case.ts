import { type Account, account } from './account.js';
import type { Fault } from './faults.js';
import type { Moment } from './moments.js';
import { Rig } from './rig.js';
import { speak } from './spoken.js';

export interface Case {
  readonly fault: Fault;
  readonly moment: Moment;
  /** How fast the speaker speaks, 1 is natural. */
  readonly speed: number;
  /** The sentence at which the round of names begins. */
  readonly first: number;
  /** Words are typed while they are spoken. */
  readonly live?: boolean;
}

export interface Row {
  readonly fault: string;
  readonly moment: string;
  readonly device: string;
  /** Null where the case can't be done here. */
  readonly account: Account | null;
  /** From the fault to the next text, typed or offered; null where none came after it. */
  readonly nextTextMs: number | null;
  readonly state: string;
  /** What is wrong, one line each; empty for a case that is as it should be. */
  readonly flaws: readonly string[];
  readonly skipped: string | null;
  /** The daemon's own words, for a case with flaws. */
  readonly log: string;
}

/** Sentences that share hardly a word, and that are understood also with little silence around them. */
const NAMES = ['fox', 'train', 'piano', 'small', 'report'] as const;
const CASE_LIMIT_MS = 200_000;

/** Runs one case from an empty home to an empty home. Never rejects: what fails is a flaw of its row. */
export async function runCase(wanted: Case): Promise<Row> {
  const { fault, moment } = wanted;
  const device = fault.device ?? moment.device ?? 'cpu';
  const names = pickNames(wanted.first, moment.sentences + 1);
  const rig = Rig.open({
    speech: speak(names),
    device,
    speed: fault.speed ?? wanted.speed,
    env: fault.env?.() ?? {},
    sink: fault.sink ?? 'wtype',
    source: fault.source ?? 'mic',
    live: wanted.live ?? false,
  });
  const name = wanted.live === true ? `${moment.name}, live` : moment.name;
  const row = { fault: fault.name, moment: name, device, account: null, nextTextMs: null };
  try {
    const skipped = (await fault.prepare?.(rig)) ?? null;
    if (skipped !== null) return { ...row, state: '-', flaws: [], skipped, log: '' };
    const outcome = await withinLimit(play(rig, fault, moment));
    const log = `${rig.log}${await textsOf(rig)}`;
    return { ...row, ...outcome, flaws: flawsOf(outcome.account), skipped: null, log };
  } catch (error) {
    const flaw = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...row, state: 'unknown', flaws: [flaw], skipped: null, log: rig.log };
  } finally {
    await rig.close();
  }
}

async function play(rig: Rig, fault: Fault, moment: Moment) {
  moment.prepare?.(rig);
  const reached = moment.wait(rig);
  reached.catch(() => {});
  await rig.start();
  if (moment.speech !== 'while loading') await rig.ready();
  if (moment.speech !== 'after') await rig.toggle();
  await reached;
  const struckMs = performance.now();
  await fault.strike(rig);
  rig.desk.release();
  if (moment.speech === 'after' && rig.isRunning) await rig.toggle();
  await fault.mend?.(rig);
  await finish(rig);
  return await describeEnd(rig, struckMs);
}

/** The speaker comes to the end, the key is pressed (a file ends by itself), and everything comes to rest. */
async function finish(rig: Rig): Promise<void> {
  if (rig.options.source !== 'file' && (await rig.state()) === 'recording') {
    await rig.reached(rig.speech.samples);
    await rig.toggle();
  }
  await rig.until(async () => !['recording', 'processing'].includes(await rig.state()));
  await rig.until(async () => (await rig.pending()).every(({ text }) => text !== null));
}

async function describeEnd(rig: Rig, struckMs: number) {
  const typedMs = rig.typedAtMs.find((atMs) => atMs > struckMs);
  const firstMs = Math.min(
    typedMs ?? Number.POSITIVE_INFINITY,
    rig.offeredAtMs ?? Number.POSITIVE_INFINITY,
  );
  return {
    account: account(
      rig.speech,
      `${rig.desk.window}${rig.desk.clipboard}`,
      await rig.pending(),
      rig.cuts,
      rig.options.live,
    ),
    nextTextMs: Number.isFinite(firstMs) ? Math.round(firstMs - struckMs) : null,
    state: await describeState(rig),
  };
}

/** What came out, for somebody who looks for a lost word. */
async function textsOf(rig: Rig): Promise<string> {
  const pending = (await rig.pending()).map(({ text, reason }) => `pending (${reason}): ${text}`);
  return [`typed: ${rig.desk.window}`, ...pending, `cuts: ${JSON.stringify(rig.cuts)}`].join('\n');
}

async function describeState(rig: Rig): Promise<string> {
  const { state, models, degraded, breaker } = await rig.snapshot();
  const shown = JSON.stringify({ models, breaker });
  const device = /"stt":\{"device":"(\w+)"/.exec(shown)?.[1] ?? '?';
  const open = /"breaker":\{"state":"(\w+)"/.exec(shown)?.[1] ?? '?';
  return `${state}, ${device}${open === 'closed' ? '' : `, breaker ${open}`}${degraded === null ? '' : ', degraded'}`;
}

function flawsOf({ lost, doubled, ordered }: Account): readonly string[] {
  return [
    ...(lost.length > 0 ? [`lost: ${lost.join(' ')}`] : []),
    ...(doubled.length > 0 ? [`doubled: ${doubled.join(' ')}`] : []),
    ...(ordered ? [] : ['order']),
  ];
}

function pickNames(first: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => NAMES[(first + at) % NAMES.length] ?? 'fox');
}

function withinLimit<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`not at rest after ${CASE_LIMIT_MS} ms`));
    const timer = setTimeout(late, CASE_LIMIT_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
