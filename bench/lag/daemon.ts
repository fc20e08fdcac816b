import { monotonicS } from '../../ts/system/clock.js';
import { startLive } from '../parts/live.js';
import { sum } from '../report/statistics.js';
import { familyOf } from '../soak/processes.js';
import type { SpeechTake } from '../speech/takes.js';
import { followFile, type TypedText } from './follow-file.js';
import type { Played } from './judge.js';

/** Plays a take in real time to a daemon of its own. */
export async function playToDaemon(take: SpeechTake, config: string): Promise<Played> {
  const live = await startLive({ pcm: take.pcm, config, args: ['--realtime'] });
  const file = followFile(live.workspace.file('typed.txt'));
  try {
    const cpuBeforeS = cpuSecondsOf(live.daemon.pid);
    // Its clock of the sound starts between the request and the answer.
    const zeroS = monotonicS();
    await live.daemon.ask('start');
    const zeroErrorS = monotonicS() - zeroS;
    await live.finished();
    const wallS = monotonicS() - zeroS;
    const cpuS = cpuSecondsOf(live.daemon.pid) - cpuBeforeS;
    const { speculation } = await live.snapshot();
    const typed = sinceS(file.pieces, zeroS);
    return { typed, zeroErrorS, engineS: speculation.engine_ms / 1e3, cpuS, wallS };
  } finally {
    file.close();
    await live.close();
  }
}

/** Processor time of a process, its children, and those that have ended. */
export function cpuSecondsOf(pid: number): number {
  return sum(familyOf(pid).map(({ cpuS, endedCpuS }) => cpuS + endedCpuS));
}

export function sinceS(pieces: readonly TypedText[], zeroS: number): readonly TypedText[] {
  return pieces.map(({ atS, text }) => ({ atS: atS - zeroS, text }));
}
