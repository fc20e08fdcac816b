import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { writeWav } from '../../test/support/speech.js';
import { embeddedThreads } from '../../ts/daemon/assembly/settings.js';
import { monotonicS } from '../../ts/system/clock.js';
import type { SpeechTake } from '../speech/takes.js';
import { cpuSecondsOf, sinceS } from './daemon.js';
import { followFile } from './follow-file.js';
import type { Played } from './judge.js';

/** A program of this folder that hears a take in real time and types into a file; see playing.py. */
export interface OtherProgram {
  readonly python: string;
  readonly script: string;
  /** Folder of the weights. */
  readonly model: string;
}

const lineSchema = z.object({
  ready: z.boolean().optional(),
  zero_s: z.number().optional(),
  done: z.boolean().optional(),
  engine_s: z.number().optional(),
});
/** A program that hangs is ended: after its start, and so many times the length of the sound. */
const LONGEST_START_S = 120;
const LONGEST_PLAY = 4;
/** As many as the embedded engine takes. */
const THREADS = embeddedThreads(null);

/** Throws where it could not play the take to its end. */
export async function playToProgram(take: SpeechTake, program: OtherProgram): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), 'sw-lag-'));
  const typed = join(folder, 'typed.txt');
  writeFileSync(typed, '');
  const file = followFile(typed);
  const wav = writeWav(join(folder, 'speech.wav'), take.pcm);
  const script = fileURLToPath(new URL(program.script, import.meta.url));
  const options = ['--model', program.model, '--threads', String(THREADS), '--typed', typed];
  const child = spawn(program.python, [script, ...options, wav], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const pid = child.pid ?? -1;
  const patience = setTimeout(
    () => child.kill('SIGKILL'),
    (LONGEST_START_S + LONGEST_PLAY * take.seconds) * 1e3,
  );
  const ended = new Promise((resolve) => child.once('close', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const told = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('it ended before it had heard everything');
    return lineSchema.parse(JSON.parse(value));
  };
  try {
    await told();
    const cpuBeforeS = cpuSecondsOf(pid);
    const askedS = monotonicS();
    child.stdin.write('start\n');
    const { zero_s: zeroS = Number.NaN } = await told();
    const answeredS = monotonicS();
    const { engine_s: engineS = Number.NaN } = await told();
    const wallS = monotonicS() - zeroS;
    const cpuS = cpuSecondsOf(pid) - cpuBeforeS;
    child.stdin.end();
    await ended;
    return {
      typed: sinceS(file.pieces, zeroS),
      startAskedS: askedS - zeroS,
      startAnsweredS: answeredS - zeroS,
      engineS,
      cpuS,
      wallS,
    };
  } finally {
    clearTimeout(patience);
    child.kill();
    await ended;
    file.close();
    rmSync(folder, { recursive: true });
  }
}
