import { Readable } from 'node:stream';
import { z } from 'zod';
import { Problem } from '../domain/problem.js';
import { absolutePath, startProgram } from '../system/process/process.js';
import { pythonEnvironment } from '../system/python.js';
import { Pull } from './pull.js';

/** A running decoder of one file. */
export interface Decoder {
  /** s16le, 16 kHz, mono; ends with the file. Not reading it holds the decoder back. */
  readonly sound: Pull;
  /** After the end of the sound: what was wrong with the file, or null. */
  problem(): Promise<Problem | null>;
  close(): Promise<void>;
}

const report = z.object({ code: z.string(), message: z.string() });

/** Starts decoding `file`, whatever its format; see py-worker/swictation_worker/files/decode.py. */
export function startDecoder(
  file: string,
  options: { python: string; workerDir: string; env: NodeJS.ProcessEnv },
): Decoder {
  const args = ['-m', 'swictation_worker.files.decode', absolutePath(file)];
  const program = startProgram(options.python, args, {
    env: pythonEnvironment(options.env, options.workerDir),
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const said: Buffer[] = [];
  program.stderr?.on('data', (bytes: Buffer) => said.push(bytes));
  return {
    sound: new Pull(program.stdout ?? Readable.from([])),
    async problem() {
      const exit = await program.exited;
      if (exit.kind === 'not_started') return exit.problem;
      const told = readReport(Buffer.concat(said).toString('utf8'));
      if (told !== null) return told;
      return exit.kind === 'exited' && exit.code === 0 ? null : decoderFailed(file);
    },
    async close() {
      await program.terminate(500);
    },
  };
}

function readReport(stderr: string): Problem | null {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  try {
    const { code, message } = report.parse(JSON.parse(line));
    return new Problem(code, message);
  } catch {
    return null;
  }
}

function decoderFailed(file: string): Problem {
  const message = `${file} could not be decoded: type \`make setup\` if the Python environment is missing parts`;
  return new Problem('decoder_failed', message);
}
