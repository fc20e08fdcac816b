import type { Env } from '../env.js';
import { findOnPath } from '../find-on-path.js';
import { runProgram } from '../process/process.js';

/** An input of the desktop's sound server. */
export interface AudioSource {
  /** As the sound server calls it, and as people read it. */
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  /** It gives back what the loudspeakers play. */
  readonly isMonitor: boolean;
  /** Null where the sound server did not tell. */
  readonly isMuted: boolean | null;
  readonly volumePercent: number | null;
  readonly channels: number | null;
}

const ANSWER_MS = 700;

/** The inputs that the sound server knows, none where it can't be asked. Never rejects. */
async function listAudioSources(env: Env): Promise<readonly AudioSource[]> {
  const [listed, info] = await Promise.all([
    ask('pactl', ['list', 'sources'], env),
    ask('pactl', ['info'], env),
  ]);
  return readPactl(listed, /^Default Source: (.*)$/m.exec(info)?.[1] ?? '');
}

/** The input that recording programs use, null where nobody tells. */
export async function defaultAudioSource(env: Env): Promise<AudioSource | null> {
  const sources = await listAudioSources(env);
  const chosen = sources.find(({ isDefault }) => isDefault);
  return chosen ?? (await askWirePlumber(env));
}

async function askWirePlumber(env: Env): Promise<AudioSource | null> {
  const [inspected, volume] = await Promise.all([
    ask('wpctl', ['inspect', '@DEFAULT_AUDIO_SOURCE@'], env),
    ask('wpctl', ['get-volume', '@DEFAULT_AUDIO_SOURCE@'], env),
  ]);
  return readWpctl(inspected, volume);
}

async function ask(command: string, args: readonly string[], env: Env): Promise<string> {
  if (findOnPath(command, env) === null) return '';
  const options = { env: { ...env, LC_ALL: 'C' }, timeoutMs: ANSWER_MS, ifWeDie: 'swept' } as const;
  const { kind, code, stdout } = await runProgram(command, args, options);
  return kind === 'ended' && code === 0 ? stdout : '';
}

/** What `pactl list sources` prints in the C locale; `chosen` is the name of the default source. @forTests */
export function readPactl(listed: string, chosen: string): readonly AudioSource[] {
  return listed.split(/^Source #\d+$/m).flatMap((block) => {
    const field = (name: string) => new RegExp(`^\\t${name}: (.*)$`, 'm').exec(block)?.[1] ?? null;
    const name = field('Name');
    if (name === null) return [];
    const mute = field('Mute');
    return {
      name,
      description: field('Description') ?? name,
      isDefault: name === chosen,
      isMonitor: name.endsWith('.monitor') || (field('Monitor of Sink') ?? 'n/a') !== 'n/a',
      isMuted: mute === null ? null : mute === 'yes',
      volumePercent: numberIn(field('Volume'), /(\d+)%/),
      channels: numberIn(field('Sample Specification'), /(\d+)ch/),
    };
  });
}

/** What `wpctl inspect` and `wpctl get-volume` print of the default source. @forTests */
export function readWpctl(inspected: string, volume: string): AudioSource | null {
  const property = (name: string) =>
    new RegExp(`${name.replace('.', '\\.')} = "(.*)"`).exec(inspected)?.[1] ?? null;
  const name = property('node.name');
  if (name === null) return null;
  const level = /^Volume: ([\d.]+)/.exec(volume)?.[1];
  return {
    name,
    description: property('node.description') ?? name,
    isDefault: true,
    isMonitor: name.endsWith('.monitor') || property('media.class') === 'Audio/Sink',
    isMuted: volume === '' ? null : volume.includes('[MUTED]'),
    volumePercent: level === undefined ? null : Math.round(Number(level) * 100),
    channels: numberIn(property('audio.channels'), /(\d+)/),
  };
}

function numberIn(text: string | null, pattern: RegExp): number | null {
  const found = pattern.exec(text ?? '')?.[1];
  return found === undefined ? null : Number(found);
}
