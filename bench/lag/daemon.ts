import { monotonicS } from '../../ts/system/clock.js';
import { type Delivered, startLive } from '../parts/live.js';
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
    const askedS = monotonicS();
    await live.daemon.ask('start');
    const answeredS = monotonicS();
    await live.finished();
    const wallS = monotonicS() - askedS;
    const cpuS = cpuSecondsOf(live.daemon.pid) - cpuBeforeS;
    const { speculation } = await live.snapshot();
    const zeroS = soundBeganS(live.delivered, askedS, answeredS);
    return {
      typed: sinceS(file.pieces, zeroS),
      startAskedS: askedS - zeroS,
      startAnsweredS: answeredS - zeroS,
      engineS: speculation.engine_ms / 1e3,
      cpuS,
      wallS,
    };
  } finally {
    file.close();
    await live.close();
  }
}

/**
 * When the first sample was spoken. The daemon's clock of the sound starts between the request and the answer; its
 * texts say where, each a bit late at most: when it was typed, how long that was after the voice, and where that ended.
 */
function soundBeganS(delivered: readonly Delivered[], askedS: number, answeredS: number): number {
  const wallClockS = Date.now() / 1e3 - monotonicS();
  const beginnings = delivered.map(
    (text) => text.t - wallClockS - text.pause_to_text_ms / 1e3 - text.voice_end_s,
  );
  return Math.min(answeredS, Math.max(askedS, Math.min(answeredS, ...beginnings)));
}

/** Processor time of a process, its children, and those that have ended. */
export function cpuSecondsOf(pid: number): number {
  return sum(familyOf(pid).map(({ cpuS, endedCpuS }) => cpuS + endedCpuS));
}

export function sinceS(pieces: readonly TypedText[], zeroS: number): readonly TypedText[] {
  return pieces.map(({ atS, text }) => ({ atS: atS - zeroS, text }));
}
