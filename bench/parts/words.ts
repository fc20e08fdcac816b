import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../ts/system/paths.js';
import { pythonCommand } from '../../ts/system/python/environment.js';
import { playToDaemon } from '../lag/daemon.js';
import { judge, type LagResult, type Played } from '../lag/judge.js';
import { playToProgram } from '../lag/other-program.js';
import { type Reference, readReference, spokenWords } from '../lag/reference.js';
import { describeLags, judgeLags } from '../lag/report.js';
import { keepFigures, type Section, type Verdict } from '../report/report.js';
import type { SpeechTake } from '../speech/takes.js';

interface LagWay {
  readonly name: string;
  readonly isOurs: boolean;
  play(take: SpeechTake): Promise<Played>;
}

const OTHER_ENVIRONMENT = '.venv-whisperlivekit';
const PIP = `${OTHER_ENVIRONMENT}/bin/pip install`;
const INSTALL = `python3 -m venv ${OTHER_ENVIRONMENT} && ${PIP} -r bench/lag/whisperlivekit.txt && ${PIP} --no-deps whisperlivekit==0.2.26`;

/** How long each word takes from its end in the sound to its last key, by ways that follow one another. */
export async function measureWords(
  takes: readonly SpeechTake[],
  isWanted: (way: string) => boolean,
): Promise<{ readonly sections: readonly Section[]; readonly verdicts: readonly Verdict[] }> {
  const reference = readReference();
  const ways = [...ourWays(), ...otherWays(reference)].filter(({ name }) => isWanted(name));
  const results: LagResult[] = [];
  const missing = whisperLiveKit() === null ? [`WhisperLiveKit: not installed: ${INSTALL}`] : [];
  for (const take of takes) {
    const spoken = spokenWords(take, reference);
    for (const way of ways) {
      process.stderr.write(`${take.name}, ${way.name}: ${take.seconds.toFixed(0)} s of sound\n`);
      const played = await way.play(take).catch((error: unknown) => failed(way, error));
      if (typeof played === 'string') missing.push(`${way.name}, ${take.name}: ${played}`);
      else results.push(judge(take, way.name, spoken, played));
    }
  }
  keepFigures('bench-words.json', results);
  return { sections: describeLags(results, missing), verdicts: judgeLags(results) };
}

/** Somebody else's program that fails costs its row only. */
function failed({ isOurs }: LagWay, error: unknown): string {
  if (isOurs) throw error;
  return error instanceof Error ? error.message : String(error);
}

function ourWays(): readonly LagWay[] {
  const way = (name: string, config: string): LagWay => ({
    name,
    isOurs: true,
    play: (take) => playToDaemon(take, config),
  });
  return [
    way('today', '[inject]\nearly = false\n'),
    way('early', ''),
    way('live', '[inject]\nlive = true\n'),
  ];
}

function otherWays({ model }: Reference): readonly LagWay[] {
  const way = (name: string, python: string, script: string): LagWay => ({
    name,
    isOurs: false,
    play: (take) => playToProgram(take, { python, script, model }),
  });
  const other = whisperLiveKit();
  return [
    way('faster-whisper 0.6 s', pythonCommand(process.env), 'silence_words.py'),
    ...(other === null ? [] : [way('WhisperLiveKit', other, 'whisperlivekit_words.py')]),
  ];
}

/** The interpreter of its environment, null where there is none. */
function whisperLiveKit(): string | null {
  const python = join(projectRoot(), OTHER_ENVIRONMENT, 'bin', 'python');
  return existsSync(python) ? python : null;
}
