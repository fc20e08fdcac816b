import { mkdtempSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openJournal } from '../../ts/journal/open.js';
import type { Journal } from '../../ts/journal/types.js';
import { epochS } from '../../ts/system/clock.js';
import type { Section, Verdict } from '../report/report.js';
import { quantile } from '../report/statistics.js';

const SECONDS = 12;
const FRAME_MS = 32;
const FRAME_SAMPLES = 512;
const UTTERANCE_FRAMES = 62;

interface Cost {
  readonly cpuShare: number;
  /** Waits of one utterance for the journal: its sound read back, its delivery made durable. */
  readonly waitsMs: readonly number[];
}

/** What the journal costs while somebody speaks. `pauseToTextMs`: what its waits are held against. */
export async function measureJournal(
  pauseToTextMs: number,
): Promise<{ sections: readonly Section[]; verdicts: readonly Verdict[] }> {
  const dir = mkdtempSync('/tmp/sw-');
  const options = {
    dir,
    quotaMb: 500,
    keepDeliveredHours: 0,
    nowEpochS: epochS,
    onProblem: () => {},
  };
  const { journal } = await openJournal(options);
  await speak(null);
  const without = await speak(null);
  const cost = await speak(journal);
  await journal.close();
  rmSync(dir, { recursive: true, force: true });
  return describe(cost, without, pauseToTextMs);
}

function describe(cost: Cost, without: Cost, pauseToTextMs: number) {
  const share = Math.max(0, cost.cpuShare - without.cpuShare) * 100;
  const waitMs = quantile(cost.waitsMs, 0.5);
  const added = (waitMs / pauseToTextMs) * 100;
  const section: Section = {
    title: 'Journal, speech in real time',
    columns: ['what', 'value'],
    rows: [
      ['processor time, share of a core', `${share.toFixed(2)} %`],
      ['waits of one utterance, p50', `${waitMs.toFixed(2)} ms`],
      ['waits of one utterance, p95', `${quantile(cost.waitsMs, 0.95).toFixed(2)} ms`],
      [`added to a pause-to-text of ${pauseToTextMs.toFixed(0)} ms`, `${added.toFixed(2)} %`],
    ],
    notes: [
      'An utterance waits twice: its sound is read back, and its delivery is made durable before the first key.',
    ],
  };
  const verdicts = [
    verdict('journal, share of a core', share, 1),
    verdict('journal, added to pause to text', added, 3),
  ];
  return { sections: [section], verdicts };
}

function verdict(what: string, value: number, limit: number): Verdict {
  return { what, value: `${value.toFixed(2)} %`, limit: `<= ${limit} %`, met: value <= limit };
}

/** Frames at the speed of speech, an utterance every two seconds; `null`: the same without a journal. */
async function speak(journal: Journal | null): Promise<Cost> {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  const recording = journal?.beginRecording() ?? 0;
  const waitsMs: number[] = [];
  for (let frame = 1; frame * FRAME_MS < SECONDS * 1e3; frame += 1) {
    journal?.append(recording, Buffer.alloc(2 * FRAME_SAMPLES, frame));
    if (journal !== null && frame % UTTERANCE_FRAMES === 0) {
      waitsMs.push(await deliver(journal, recording, frame));
    }
    await sleep(Math.max(0, startedMs + frame * FRAME_MS - performance.now()));
  }
  const used = process.cpuUsage(before);
  const cpuShare = (used.user + used.system) / 1e3 / (performance.now() - startedMs);
  await journal?.endRecording(recording);
  return { cpuShare, waitsMs };
}

async function deliver(journal: Journal, recording: number, frame: number): Promise<number> {
  const toSample = frame * FRAME_SAMPLES;
  const fromSample = toSample - UTTERANCE_FRAMES * FRAME_SAMPLES;
  const startedMs = performance.now();
  await journal.read(recording, fromSample, toSample);
  const id = journal.recorded({ recording, fromSample, toSample });
  journal.transcribed(id, 'a text of a few words', { device: 'cpu', engine: 'none' });
  await journal.delivering(id);
  const waitedMs = performance.now() - startedMs;
  journal.delivered(id);
  journal.release(recording, toSample);
  return waitedMs;
}
