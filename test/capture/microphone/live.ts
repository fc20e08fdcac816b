import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Part, pcmOf } from '../../support/speech.js';
import { type Heard, openTest, temporaryDir } from '../harness.js';

const BIN = fileURLToPath(new URL('../../fixtures/bin-live', import.meta.url));
const SECOND_BYTES = 32_000;

/** A microphone that hears people, and what came of it; the steps are those of test/fixtures/live_recorder.py. */
export interface LiveMicrophone {
  readonly heard: Heard;
  /** All that was said in the room. */
  readonly said: Buffer;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when so many seconds of sound were handed over. */
  heardS(seconds: number): Promise<void>;
}

export async function openLive(
  script: string,
  env: NodeJS.ProcessEnv = {},
  /** What the sound server says of the microphone. */
  channels = 1,
  parts: readonly Part[] = ['fox', 'train', 'piano', 'letter', 'report', 'small', 'garden'],
): Promise<LiveMicrophone> {
  const dir = temporaryDir();
  const said = pcmOf(parts);
  writeFileSync(join(dir, 'said.pcm'), said);
  const { source, heard } = await openTest('mic', {
    env: {
      ...process.env,
      PATH: `${BIN}${delimiter}${process.env.PATH}`,
      LIVE_DIR: dir,
      LIVE_SOUND: join(dir, 'said.pcm'),
      LIVE_SCRIPT: script,
      ...env,
    },
    channels: () => channels,
  });
  return {
    heard,
    said,
    start: () => source.start(),
    stop: () => source.stop(),
    heardS: (seconds) => heard.until(() => heard.pcm.length >= seconds * SECOND_BYTES),
  };
}

/** Whether all that was heard stands in one piece in what was said: nothing lost in between, nothing twice. */
export function isOnePiece({ heard, said }: LiveMicrophone): boolean {
  return said.indexOf(heard.pcm) >= 0;
}

/** Seconds that are missing before what was heard. */
export function missedS({ heard, said }: LiveMicrophone): number {
  return said.indexOf(heard.pcm.subarray(0, SECOND_BYTES / 4)) / SECOND_BYTES;
}

/**
 * How much the sound of `heard` is that of `said` at the place that fits best: 1 is the same but for its level. A busy
 * machine starts a program late, so that the place may be anywhere.
 */
export function likeness({ heard, said }: LiveMicrophone, fromS: number, longS: number): number {
  const some = samplesOf(heard.pcm, fromS, longS);
  const whole = samplesOf(said, 0, said.length / SECOND_BYTES);
  const at = (place: number, step: number) =>
    correlation(some, whole.subarray(Math.max(0, place), Math.max(0, place) + some.length), step);
  const places = Math.max(0, whole.length - some.length);
  const fits = Array.from({ length: Math.ceil(places / 8) }, (_, index) => at(8 * index, 8));
  const best = fits.reduce((one, fit, index) => (fit > (fits[one] ?? 0) ? index : one), 0);
  return Math.max(...Array.from({ length: 33 }, (_, index) => at(8 * best - 16 + index, 1)));
}

/**
 * Resolves when something of this was told, and so much was heard behind it; how much that is what was said.
 * Stops the microphone.
 */
export async function likenessBehind(live: LiveMicrophone, told: string): Promise<number> {
  const isTold = () => live.heard.problems.some(({ message }) => message.includes(told));
  await live.heard.until(isTold);
  const toldS = live.heard.pcm.length / SECOND_BYTES;
  await live.heardS(toldS + 2.3);
  await live.stop();
  return likeness(live, toldS + 0.7, 1.5);
}

function samplesOf(pcm: Buffer, fromS: number, longS: number): Int16Array {
  const first = Math.max(0, Math.round(fromS * 16_000));
  const last = Math.min(pcm.length / 2, first + Math.round(longS * 16_000));
  const bytes = Uint8Array.prototype.slice.call(pcm, first * 2, Math.max(first, last) * 2);
  return new Int16Array(bytes.buffer, 0, bytes.length >> 1);
}

function correlation(one: Int16Array, other: Int16Array, step: number): number {
  let product = 0;
  let first = 0;
  let second = 0;
  for (let at = 0; at < one.length; at += step) {
    const [left = 0, right = 0] = [one[at], other[at]];
    product += left * right;
    first += left * left;
    second += right * right;
  }
  return first * second > 0 ? Math.abs(product) / Math.sqrt(first * second) : 0;
}
