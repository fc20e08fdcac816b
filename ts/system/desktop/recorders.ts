import { SAMPLE_RATE_HZ } from '../../domain/units.js';
import { findOnPath } from '../find-on-path.js';
import type { AudioSource } from './audio-source.js';

/** A command that writes s16le, 16 kHz to its stdout until it gets TERM. */
export interface Recorder {
  readonly name: string;
  readonly channels: number;
  readonly command: string;
  readonly args: readonly string[];
}

const RATE = String(SAMPLE_RATE_HZ);
const pipeWire = (channels: string) => [
  ...['--rate', RATE, '--channels', channels, '--format', 's16', '-'],
];

interface Known {
  readonly name: string;
  args(channels: string): readonly string[];
  /** How it is told to record from this input; null where it can't. */
  choose(source: AudioSource): readonly string[] | null;
}

const ofPipeWire = ({ name, isBare, isMonitor }: AudioSource) => {
  if (isBare === true) return null;
  // PipeWire calls a monitor by its sink, and records one only where it is told so.
  const sink = ['-P', '{ stream.capture.sink = true }'];
  return ['--target', name.replace(/\.monitor$/, ''), ...(isMonitor ? sink : [])];
};

/**
 * In the order in which they are tried. PipeWire 1.4 and newer writes an AU file to a pipe unless told
 * `--raw`; older ones write raw samples and end at once because they don't know that option.
 */
const KNOWN: readonly Known[] = [
  { name: 'pw-record', args: (channels) => ['--raw', ...pipeWire(channels)], choose: ofPipeWire },
  { name: 'pw-record', args: pipeWire, choose: ofPipeWire },
  {
    name: 'parec',
    args: (channels) => [
      ...['--raw', `--rate=${RATE}`, `--channels=${channels}`, '--format=s16le'],
      '--latency-msec=20',
    ],
    choose: ({ name, isBare }) => (isBare === true ? null : [`--device=${name}`]),
  },
  {
    name: 'arecord',
    args: (channels) => [
      ...['-q', '-t', 'raw', '-f', 'S16_LE', '-r', RATE, '-c', channels],
      ...['--buffer-time=500000', '-'],
    ],
    choose: ({ name, isBare }) => (isBare === true ? ['-D', name] : null),
  },
];

/**
 * The recording programs on this machine's PATH, the first choice first. `source`: they record from this input; null:
 * from the one that the desktop chooses. `channels`: as many as that input has; a sound server that is asked for one mixes
 * them, and two that cancel each other give silence.
 */
export function findRecorders(
  env: NodeJS.ProcessEnv,
  source: AudioSource | null = null,
  channels = 1,
): readonly Recorder[] {
  return KNOWN.flatMap(({ name, args, choose }) => {
    const command = findOnPath(name, env);
    const chosen = source === null ? [] : choose(source);
    if (command === null || chosen === null) return [];
    return [
      unbuffered({ name, command, channels, args: [...chosen, ...args(String(channels))] }, env),
    ];
  });
}

/** pw-record holds back 4 KiB, an eighth of a second, where its output is a pipe. */
function unbuffered(recorder: Recorder, env: NodeJS.ProcessEnv): Recorder {
  const stdbuf = recorder.name === 'pw-record' ? findOnPath('stdbuf', env) : null;
  if (stdbuf === null) return recorder;
  return { ...recorder, command: stdbuf, args: ['-o0', recorder.command, ...recorder.args] };
}
