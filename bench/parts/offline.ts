import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedThreads } from '../../ts/daemon/assembly/settings.js';
import type { Said } from '../../ts/daemon/hearing/take.js';
import { contextOf, withoutContext } from '../../ts/daemon/utterances/context.js';
import { endsInCommand } from '../../ts/daemon/utterances/spoken.js';
import { FRAME_SAMPLES, FRAME_SECONDS, SAMPLE_RATE_HZ } from '../../ts/domain/units.js';
import type { Hypothesis } from '../../ts/speech/endpointing.js';
import type { Mark, SegmenterSettings } from '../../ts/speech/marks.js';
import { flushSegmenter, hearFrame, hearHypothesis } from '../../ts/speech/segmenter.js';
import { startSegmenter } from '../../ts/speech/segmenter-state.js';
import { createLog } from '../../ts/system/log.js';
import { projectRoot } from '../../ts/system/paths.js';
import { pythonCommand } from '../../ts/system/python/environment.js';
import type { ApplyOptions } from '../../ts/voice/apply.js';
import { mayBecomeMore } from '../../ts/voice/beginnings.js';
import { Workers } from '../../ts/worker/workers.js';
import type { Section } from '../report/report.js';
import { quantile, sum } from '../report/statistics.js';
import type { Sentence, SpeechTake } from '../speech/takes.js';
import { wordErrors, wordsOf } from '../speech/word-errors.js';

/** What the embedded engine takes for a sentence on two idle cores. */
const ENGINE_S = 0.18;
const SCORED_AT_ONCE = 256;
const SETTINGS: SegmenterSettings = {
  threshold: 0.5,
  releaseThreshold: 0.35,
  endpointing: 'adaptive',
  silenceDurationS: 2,
  preRollS: 0.4,
  postRollS: 0.25,
  minSpeechS: 0.064,
  maxUtteranceS: 30,
  early: false,
  live: false,
};
const WHOLE = { ...SETTINGS, speculate: false } as const;
const WAYS = [
  { name: 'fixed 2.0 s', ...WHOLE, endpointing: 'fixed', silenceDurationS: 2 },
  { name: 'fixed 0.8 s', ...WHOLE, endpointing: 'fixed', silenceDurationS: 0.8 },
  { name: 'adaptive', ...WHOLE },
  { name: 'adaptive + speculation', ...WHOLE, speculate: true },
  { name: 'early', ...WHOLE, speculate: true, early: true, postRollS: 0.06 },
] as const;

const COMMANDS: ApplyOptions = { mode: 'all' };

type Stretch = { readonly fromSample: number; readonly toSample: number };
type Guess = (stretch: Stretch, said: readonly Said[]) => Promise<Hypothesis>;
interface Answer {
  readonly dueS: number;
  readonly hypothesis: Hypothesis;
}
interface Closed {
  readonly text: string;
  readonly voiceEndS: number;
  readonly textS: number;
}

/**
 * The same comparison without a clock: real ear, real recogniser, the daemon's own segmenter, and time that is
 * counted in frames, so that a busy machine changes nothing. The engine is taken to need 0.18 s.
 */
export async function measureOffline(takes: readonly SpeechTake[]): Promise<readonly Section[]> {
  const bench = await openWorkers();
  try {
    const sections: Section[] = [];
    for (const take of takes) sections.push(await compare(take, bench));
    return sections;
  } finally {
    await bench.close();
  }
}

async function compare(take: SpeechTake, bench: Recognisers): Promise<Section> {
  const probabilities = await bench.score(take.pcm);
  const known = new Map<string, Promise<Hypothesis>>();
  const hear = (stretch: Stretch) => {
    const key = `${stretch.fromSample}-${stretch.toSample}`;
    const text = known.get(key) ?? bench.recognise(take.pcm, stretch);
    known.set(key, text);
    return text;
  };
  const guess: Guess = async (stretch, said) => {
    const context = contextOf({ said }, stretch);
    if (context === null) return hear(stretch);
    const whole = await hear({ ...stretch, fromSample: context.fromSample });
    const own = withoutContext(context, whole);
    return own === null ? hear(stretch) : { ...whole, text: own.text };
  };
  const rows: (readonly string[])[] = [];
  const spoken = take.sentences.flatMap(({ text }) => wordsOf(text));
  for (const way of WAYS) {
    const { closed, used, dropped } = await run(probabilities, way, guess);
    const waits = take.sentences.flatMap((each) => waitS(each, closed));
    const wrong = sum(take.sentences.map((each) => Math.max(0, within(each, closed).length - 1)));
    rows.push([
      way.name,
      quantile(waits, 0.5).toFixed(2),
      quantile(waits, 0.95).toFixed(2),
      `${wrong} of ${take.sentences.length}`,
      `${wordErrors(spoken, wordsOf(closed.map(({ text }) => text).join(' ')))} of ${spoken.length}`,
      `${used} / ${dropped}`,
    ]);
  }
  return {
    title: `Pause to text, computed: ${take.name}`,
    columns: ['way', 'p50 s', 'p95 s', 'wrong cuts', 'word errors', 'guesses used / dropped'],
    rows,
    notes: [
      `Real ear and recogniser, time counted in frames, the engine taken as ${ENGINE_S} s a text.`,
    ],
  };
}

async function run(probabilities: readonly number[], way: (typeof WAYS)[number], guess: Guess) {
  let segmenter = startSegmenter(way);
  let said: readonly Said[] = [];
  let open: Answer | null = null;
  let told = false;
  const pending = (): Answer | null => open;
  const [closed, counts]: [Closed[], { used: number; dropped: number }] = [
    [],
    { used: 0, dropped: 0 },
  ];
  const obey = async (mark: Mark, nowS: number) => {
    if (mark.kind === 'candidate' && !mark.again && way.speculate) {
      open = { dueS: nowS + ENGINE_S, hypothesis: await guess(mark, said) };
      told = false;
    } else if (mark.kind === 'resumed' && open !== null) {
      counts.dropped += 1;
      open = null;
    } else if (mark.kind === 'utterance') {
      if (open !== null) counts.used += 1;
      const textS = open === null ? nowS + ENGINE_S : Math.max(nowS, open.dueS);
      const { text } = open?.hypothesis ?? (await guess(mark, said));
      closed.push({ text, voiceEndS: mark.speechEndSample / SAMPLE_RATE_HZ, textS });
      if (way.early) said = [...said, saidOf(mark, text)];
      open = null;
    }
  };
  for (const [frame, probability] of probabilities.entries()) {
    const nowS = (frame + 1) * FRAME_SECONDS;
    const step = hearFrame(segmenter, probability);
    segmenter = step.segmenter;
    for (const mark of step.marks) await obey(mark, nowS);
    const answer = pending();
    if (answer === null || told || answer.dueS > nowS) continue;
    told = true;
    const heard = hearHypothesis(segmenter, judged(answer.hypothesis));
    segmenter = heard.segmenter;
    for (const mark of heard.marks) await obey(mark, nowS);
  }
  const endS = probabilities.length * FRAME_SECONDS;
  const end = flushSegmenter(segmenter, probabilities.length * FRAME_SAMPLES);
  for (const mark of end.marks) await obey(mark, endS);
  return { closed, ...counts };
}

/** As the daemon judges it. */
function judged(hypothesis: Hypothesis): Hypothesis {
  const { text } = hypothesis;
  const unsettled = mayBecomeMore(text, COMMANDS);
  return { ...hypothesis, closes: endsInCommand(text, COMMANDS), unsettled };
}

function saidOf(mark: Extract<Mark, { kind: 'utterance' }>, text: string): Said {
  const { fromSample, speechEndSample } = mark;
  return { fromSample, voiceEndSample: speechEndSample, text, written: undefined };
}

function waitS(sentence: Sentence, closed: readonly Closed[]): number[] {
  const last = within(sentence, closed).at(-1);
  return last === undefined ? [] : [last.textS - sentence.toS];
}

function within({ fromS, toS }: Sentence, closed: readonly Closed[]): readonly Closed[] {
  return closed.filter(({ voiceEndS }) => voiceEndS > fromS && voiceEndS < toS + 0.5);
}

export interface Recognisers {
  score(pcm: Buffer): Promise<readonly number[]>;
  recognise(pcm: Buffer, stretch: Stretch): Promise<Hypothesis>;
  /** What the engine took for all of it. */
  engineMs(pcm: Buffer): Promise<number>;
  close(): Promise<void>;
}

/** An ear and an embedded engine of the product, without a daemon. */
export async function openWorkers(): Promise<Recognisers> {
  const socketDir = mkdtempSync('/tmp/sw-');
  const greeted = new Map<number, () => void>();
  const workers = await Workers.start({
    python: pythonCommand(process.env),
    pythonPath: join(projectRoot(), 'py-worker'),
    importCanary: false,
    socketDir,
    env: process.env,
    log: createLog('error'),
    listener: {
      nurseryReady: () => {},
      nurseryFailed: (problem) => process.stderr.write(`${problem.message}\n`),
      hello: (generation) => greeted.get(generation)?.(),
      phase: () => {},
      ended: () => {},
    },
  });
  const start = async (role: 'ear' | 'cpu', generation: number, model: 'vad' | 'stt') => {
    const hello = new Promise<void>((resolve) => greeted.set(generation, resolve));
    workers.fork(role, generation, {
      engine: 'embedded',
      device: 'cpu',
      threads: embeddedThreads(null),
    });
    await hello;
    await workers.request(generation, 'ctl', { type: 'load', model, device: 'cpu' });
  };
  await start('ear', 1, 'vad');
  await start('cpu', 2, 'stt');
  return {
    score: (pcm) => scoreAll(workers, pcm),
    recognise: (pcm, stretch) => recognise(workers, pcm, stretch),
    engineMs: async (pcm) => (await transcribe(workers, pcm)).stt_ms,
    async close() {
      await workers.close();
      rmSync(socketDir, { recursive: true, force: true });
    },
  };
}

async function scoreAll(workers: Workers, pcm: Buffer): Promise<readonly number[]> {
  const frameBytes = 2 * FRAME_SAMPLES;
  const whole = pcm.length - (pcm.length % frameBytes);
  const probabilities: number[] = [];
  let state: Buffer | null = null;
  for (let at = 0; at < whole; at += SCORED_AT_ONCE * frameBytes) {
    const frames = pcm.subarray(at, Math.min(whole, at + SCORED_AT_ONCE * frameBytes));
    const reply = await workers.request(
      1,
      'data',
      { type: 'score', format: 's16le', state },
      frames,
    );
    if (reply.kind !== 'answer' || reply.answer.type !== 'scores')
      throw new Error('the ear failed');
    probabilities.push(...reply.answer.probabilities);
    state = reply.answer.state;
  }
  return probabilities;
}

async function recognise(workers: Workers, pcm: Buffer, stretch: Stretch): Promise<Hypothesis> {
  const sound = pcm.subarray(2 * stretch.fromSample, 2 * stretch.toSample);
  const { text, sentence_end: sentenceEnd } = await transcribe(workers, sound);
  return { text, sentenceEnd: sentenceEnd ?? null };
}

async function transcribe(workers: Workers, sound: Buffer) {
  const body = { type: 'transcribe', format: 's16le', window_s: 40 } as const;
  const reply = await workers.request(2, 'data', body, sound);
  if (reply.kind !== 'answer' || reply.answer.type !== 'text') throw new Error('the engine failed');
  return reply.answer;
}
