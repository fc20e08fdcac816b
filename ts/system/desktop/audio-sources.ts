import type { Env } from '../env.js';
import { findOnPath } from '../find-on-path.js';
import { runProgram } from '../process/process.js';
import type { AudioSource } from './audio-source.js';
import { readArecord, readPactl, readPwDump, readWpctl } from './read-sources.js';

const ANSWER_MS = 700;

/**
 * The inputs of the desktop, microphones before monitors, in the order of their numbers; none where nobody can be
 * asked. Never rejects.
 */
export async function listAudioSources(env: Env): Promise<readonly AudioSource[]> {
  const found = await askSoundServer(env);
  return [...found.filter((source) => !source.isMonitor), ...found.filter(isMonitor)];
}

/** The input that recording programs use, null where nobody tells. */
export async function defaultAudioSource(env: Env): Promise<AudioSource | null> {
  const sources = await askPulse(env);
  const chosen = sources.find(({ isDefault }) => isDefault);
  return chosen ?? (await askWirePlumber(env));
}

/**
 * The input that a person means: its name, its number in the list, or a part of its name or description. Null where
 * there is none.
 */
export function findAudioSource(
  sources: readonly AudioSource[],
  wanted: string,
): AudioSource | null {
  const part = wanted.toLowerCase();
  const numbered = /^\d{1,3}$/.test(wanted) ? sources[Number(wanted)] : undefined;
  return (
    sources.find(({ name, description }) => name === wanted || description === wanted) ??
    numbered ??
    sources.find(({ description }) => description.toLowerCase().includes(part)) ??
    sources.find(({ name }) => name.toLowerCase().includes(part)) ??
    null
  );
}

/** The first one that answers knows them all. */
async function askSoundServer(env: Env): Promise<readonly AudioSource[]> {
  const pulse = await askPulse(env);
  if (pulse.length > 0) return pulse;
  const pipewire = readPwDump(await ask('pw-dump', [], env));
  return pipewire.length > 0 ? pipewire : readArecord(await ask('arecord', ['-L'], env));
}

async function askPulse(env: Env): Promise<readonly AudioSource[]> {
  const [listed, info] = await Promise.all([
    ask('pactl', ['list', 'sources'], env),
    ask('pactl', ['info'], env),
  ]);
  return readPactl(listed, /^Default Source: (.*)$/m.exec(info)?.[1] ?? '');
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

function isMonitor(source: AudioSource): boolean {
  return source.isMonitor;
}
