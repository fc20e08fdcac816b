import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { openFiles, openSource } from '../../ts/capture/open.js';
import type { MicrophoneState, Source, SourceOptions } from '../../ts/capture/source.js';
import type { Problem } from '../../ts/domain/problem.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

export function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'capture-'));
  closers.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** What a source said, and a way to wait for it. */
export class Heard {
  readonly chunks: Buffer[] = [];
  readonly states: MicrophoneState[] = [];
  readonly problems: Problem[] = [];
  ended = false;
  #waiting: { readonly done: () => boolean; readonly resolve: () => void }[] = [];

  get pcm(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get samples(): number[] {
    const { pcm } = this;
    return Array.from({ length: pcm.length / 2 }, (_, i) => pcm.readInt16LE(i * 2));
  }

  until(done: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ done, resolve });
      this.changed();
    });
  }

  changed(): void {
    const ready = this.#waiting.filter(({ done }) => done());
    this.#waiting = this.#waiting.filter((each) => !ready.includes(each));
    for (const { resolve } of ready) resolve();
  }
}

export async function openTest(
  spec: string,
  options: Partial<SourceOptions> = {},
): Promise<{ source: Source; heard: Heard }> {
  const heard = new Heard();
  const source = await openSource(spec, { ...optionsFor(heard), ...options });
  closers.push(() => source.close());
  return { source, heard };
}

export function openTestFiles(files: readonly string[]): { source: Source; heard: Heard } {
  const heard = new Heard();
  const source = openFiles(files, optionsFor(heard));
  closers.push(() => source.close());
  return { source, heard };
}

function optionsFor(heard: Heard): SourceOptions {
  const note = (act: () => void) => {
    act();
    heard.changed();
  };
  return {
    pace: 'fast',
    env: process.env,
    python: join(ROOT, '.venv/bin/python'),
    workerDir: join(ROOT, 'py-worker'),
    onChunk: (pcm) => note(() => heard.chunks.push(pcm)),
    onEnd: () => {
      note(() => {
        heard.ended = true;
      });
    },
    onProblem: (problem) => note(() => heard.problems.push(problem)),
    onState: (state) => note(() => heard.states.push(state)),
  };
}

/** An environment in which the fake recording programs play `script`, see test/fixtures/bin/pw-record. */
export function fakeMicrophone(...script: string[]): NodeJS.ProcessEnv {
  const bin = join(ROOT, 'test/fixtures/bin');
  return {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    MIC_DIR: temporaryDir(),
    MIC_SCRIPT: script.join(','),
  };
}

/** A WAV file of 16 bit samples, or with the parts that are given instead. */
export function writeWav(
  name: string,
  samples: readonly number[],
  options: { rate?: number; channels?: number; claimBytes?: number; before?: Buffer } = {},
): string {
  const { rate = 16_000, channels = 1, before = Buffer.alloc(0) } = options;
  const data = Buffer.alloc(samples.length * 2);
  for (const [i, sample] of samples.entries()) data.writeInt16LE(sample, i * 2);
  const format = Buffer.alloc(24);
  format.write('fmt ', 0, 'latin1');
  format.writeUInt32LE(16, 4);
  format.writeUInt16LE(1, 8);
  format.writeUInt16LE(channels, 10);
  format.writeUInt32LE(rate, 12);
  format.writeUInt32LE(rate * channels * 2, 16);
  format.writeUInt16LE(channels * 2, 20);
  format.writeUInt16LE(16, 22);
  const dataHeader = Buffer.alloc(8);
  dataHeader.write('data', 0, 'latin1');
  dataHeader.writeUInt32LE(options.claimBytes ?? data.length, 4);
  const body = Buffer.concat([Buffer.from('WAVE'), format, before, dataHeader, data]);
  const riff = Buffer.alloc(8);
  riff.write('RIFF', 0, 'latin1');
  riff.writeUInt32LE(body.length, 4);
  const path = join(temporaryDir(), name);
  writeFileSync(path, Buffer.concat([riff, body]));
  return path;
}
