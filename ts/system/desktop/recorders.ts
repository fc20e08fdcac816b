import { SAMPLE_RATE_HZ } from '../../domain/units.js';
import { findOnPath } from '../find-on-path.js';

/** A command that writes s16le, 16 kHz, mono to its stdout until it gets TERM. */
export interface Recorder {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const RATE = String(SAMPLE_RATE_HZ);
const PIPEWIRE = ['--rate', RATE, '--channels', '1', '--format', 's16', '-'];

/**
 * In the order in which they are tried. PipeWire 1.4 and newer writes an AU file to a pipe unless told
 * `--raw`; older ones write raw samples and end at once because they don't know that option.
 */
const KNOWN: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: 'pw-record', args: ['--raw', ...PIPEWIRE] },
  { name: 'pw-record', args: PIPEWIRE },
  {
    name: 'parec',
    args: ['--raw', `--rate=${RATE}`, '--channels=1', '--format=s16le', '--latency-msec=20'],
  },
  {
    name: 'arecord',
    args: ['-q', '-t', 'raw', '-f', 'S16_LE', '-r', RATE, '-c', '1', '--buffer-time=500000', '-'],
  },
];

/** The recording programs on this machine's PATH, the first choice first. */
export function findRecorders(env: NodeJS.ProcessEnv): readonly Recorder[] {
  return KNOWN.flatMap(({ name, args }) => {
    const command = findOnPath(name, env);
    return command === null ? [] : [unbuffered({ name, command, args }, env)];
  });
}

/** pw-record holds back 4 KiB, an eighth of a second, where its output is a pipe. */
function unbuffered(recorder: Recorder, env: NodeJS.ProcessEnv): Recorder {
  const stdbuf = recorder.name === 'pw-record' ? findOnPath('stdbuf', env) : null;
  if (stdbuf === null) return recorder;
  return { ...recorder, command: stdbuf, args: ['-o0', recorder.command, ...recorder.args] };
}
