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

/** How much the sound of `heard` is that of `said` at the delay that fits best: 1 is the same but for its level. */
export function likeness({ heard, said }: LiveMicrophone, fromS: number, longS: number): number {
  const some = samplesOf(heard.pcm, fromS, longS);
  const at = (delay: number, step: number) =>
    correlation(some, samplesOf(said, Math.max(0, fromS + delay / 16_000), longS), step);
  const coarse = Array.from({ length: 6_000 }, (_, index) => -24_000 + 8 * index);
  const fits = coarse.map((delay) => at(delay, 8));
  const near = coarse[fits.indexOf(Math.max(...fits))] ?? 0;
  return Math.max(...Array.from({ length: 33 }, (_, index) => at(near - 16 + index, 1)));
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
