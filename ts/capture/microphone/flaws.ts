import { Problem } from '../../domain/problem.js';
import type { StreamFlaw } from './stream-reader.js';

/** What is wrong with the stream of a program, and what is done about it. */
export function describeStreamFlaw(program: string, flaw: StreamFlaw): string {
  switch (flaw.kind) {
    case 'words':
      return `microphone: ${program} writes words among its sound, left out: look at its settings`;
    case 'shifted':
      return `microphone: the samples of ${program} were shifted by a byte, put right`;
    case 'swapped':
      return `microphone: ${program} gives big-endian samples, turned around`;
    case 'header':
      return `microphone: ${program} writes a sound file instead of bare samples, another program is tried`;
    case 'shape': {
      const { rateHz, channels } = flaw.shape;
      const kind = channels === 1 ? 'mono' : 'stereo';
      return `microphone: ${program} gives ${rateHz} Hz ${kind} though asked for 16000 Hz mono, converted`;
    }
    case 'rate':
      return `microphone: ${program} gives ${flaw.samplesPerS} samples a second instead of 16000, started again: choose another input`;
    default:
      return flaw satisfies never;
  }
}

export function describeFlaw(code: string, message: string): Problem {
  return new Problem(code, message);
}
