import { listAudioSources } from '../../system/desktop/audio-sources.js';
import { findRecorders } from '../../system/desktop/recorders.js';
import { type CommandRun, hasFlag, print } from '../context.js';
import { type Level, measureLevel } from '../doctor/input-level.js';
import { describeLevel } from '../doctor/microphone.js';
import { formatTable } from '../screen/format.js';

/** What can be recorded from, with the level of one second; number or name are for `[audio] device`. */
export const run: CommandRun = async (call) => {
  const { stdout, stderr, env } = call.context;
  const sources = await listAudioSources(env);
  const levels = await Promise.all(
    sources.map((source) => measureLevel(findRecorders(env, source), env)),
  );
  const rows = sources.map((source, number) => {
    const level = levels[number] ?? null;
    return { number, ...source, level };
  });
  if (hasFlag(call, 'json')) {
    print(stdout, ...rows.map((row) => JSON.stringify(toJson(row))));
    return 0;
  }
  if (rows.length === 0) {
    print(stderr, '✗ Error: no input was found: plug in a microphone, or type swictation doctor');
    return 1;
  }
  print(stdout, ...formatTable(rows.map(toRow), 'rlll'));
  return 0;
};

type Row = Awaited<ReturnType<typeof listAudioSources>>[number] & {
  readonly number: number;
  readonly level: Level | null;
};

function toRow({ number, description, name, level, ...source }: Row): readonly string[] {
  const notes = [
    ...(source.isDefault ? ['default'] : []),
    ...(source.isMonitor ? ['hears the loudspeakers'] : []),
    ...(source.isMuted === true ? ['muted'] : []),
  ];
  const noted = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  return [String(number), `${description}${noted}`, describeLevel(level), name];
}

function toJson({ number, name, description, isDefault, isMonitor, isMuted, level }: Row) {
  return {
    ...{ number, name, description },
    default: isDefault,
    monitor: isMonitor,
    muted: isMuted,
    level_db: level?.rmsDb ?? null,
    peak_db: level?.peakDb ?? null,
  };
}
