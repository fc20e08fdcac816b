import type { AudioSource } from '../../system/desktop/audio-source.js';
import {
  defaultAudioSource,
  findAudioSource,
  listAudioSources,
} from '../../system/desktop/audio-sources.js';
import { findRecorders } from '../../system/desktop/recorders.js';
import { explainSilence } from '../../system/desktop/silence-report.js';
import { broken, type Check, type Env, fine, installCommand } from './check.js';
import { type Level, measureLevel } from './input-level.js';

const NAME = 'microphone';

/**
 * Records one second with each recording program until one gives sound, from the input that `[audio] device` names
 * (empty: the desktop's choice), and one second from each other microphone.
 */
export async function checkMicrophone(env: Env, device: string): Promise<readonly Check[]> {
  if (findRecorders(env).length === 0) {
    const fix = installCommand(
      { apt: 'pipewire-bin', dnf: 'pipewire-utils', pacman: 'pipewire' },
      env,
    );
    return [broken(NAME, 'no recording program (pw-record, parec or arecord)', fix)];
  }
  const sources = await listAudioSources(env);
  const chosen = device === '' ? null : findAudioSource(sources, device);
  const used = chosen ?? (await defaultAudioSource(env));
  const missing = device !== '' && chosen === null && sources.length > 0;
  return [
    ...(missing ? [tellMissing(device, used)] : []),
    await checkInput(env, chosen, used),
    ...(await checkOthers(env, sources, used)),
  ];
}

function tellMissing(device: string, used: AudioSource | null): Check {
  const instead = used?.description ?? "the desktop's choice";
  const detail = `[audio] device = ${JSON.stringify(device)} is not there, ${instead} records`;
  return broken(NAME, detail, 'plug it in, or choose one of `swictation microphones`');
}

async function checkInput(
  env: Env,
  chosen: AudioSource | null,
  used: AudioSource | null,
): Promise<Check> {
  const recorders = findRecorders(env, chosen);
  const level = await measureLevel(recorders, env);
  if (level !== null) return describeSound(level, used);
  const tried = [...new Set(recorders.map(({ name }) => name))].join(', ');
  const fix = 'plug in a microphone; systemctl --user restart pipewire wireplumber';
  return broken(NAME, `no sound came (tried ${tried})`, fix);
}

/** What the other microphones hear, on one line; nothing where there is no other. */
async function checkOthers(
  env: Env,
  sources: readonly AudioSource[],
  used: AudioSource | null,
): Promise<readonly Check[]> {
  const others = sources.filter(({ name, isMonitor }) => !isMonitor && name !== used?.name);
  if (others.length === 0) return [];
  const levels = await Promise.all(
    others.map(async (source) => {
      const level = await measureLevel(findRecorders(env, source), env);
      return `${source.description} ${describeLevel(level)}`;
    }),
  );
  return [fine('inputs', `others: ${levels.join('; ')} (swictation microphones)`)];
}

function describeSound(level: Level, source: AudioSource | null): Check {
  if (source?.isMonitor === true) {
    const detail = `${source.description} is a monitor: it hears the loudspeakers, not you`;
    return broken(NAME, detail, 'pactl set-default-source NAME (names: pactl list short sources)');
  }
  if (level.isSilent) {
    const { name, advice } = explainSilence(source, level.program);
    return broken(NAME, `only silence came from ${name}`, advice);
  }
  const named = source === null ? '' : `${source.description}, `;
  return fine(
    NAME,
    `level ${level.rmsDb} dB, peak ${level.peakDb} dB (${named}${level.program}, one second)`,
  );
}

/** `-42 dB`, for a list. */
export function describeLevel(level: Level | null): string {
  if (level === null) return 'gives nothing';
  return level.isSilent ? 'silent' : `${level.rmsDb} dB`;
}
