import type { HistoryItem } from '../domain/history.js';
import type { RecordedLine } from '../domain/recorded-run.js';
import { Historian } from '../policy/telling/historian.js';
import { replaySteps } from '../policy/telling/replay.js';
import type { Watch } from './watch.js';

/** Looks on at a simulation and tells its history, in seconds of its own clock. */
export function watchHistory(): { readonly watch: Watch; readonly items: HistoryItem[] } {
  const items: HistoryItem[] = [{ atS: 0, kind: 'begin', simulated: true }];
  const historian = new Historian({ texts: false });
  const spoken = new Map<number, { readonly speechS: number; readonly endedS: number }>();
  const watch: Watch = {
    onFact: (fact, atS, state, decisions) => {
      for (const item of historian.follow({ atS, fact, state, decisions })) items.push(item);
    },
    onSpeech: (utterance, speechS, endedS) => spoken.set(utterance, { speechS, endedS }),
    onText: (utterance, device, atS, first) => {
      const speech = spoken.get(utterance);
      if (!first || speech === undefined) return;
      spoken.delete(utterance);
      const { speechS, endedS } = speech;
      const place = device === 'cuda' ? 'card' : device;
      const rescued = historian.wasRescued(utterance);
      const fields = { utterance, speechS, delayS: atS - endedS, rung: place, place } as const;
      items.push({ atS, kind: 'text', ...fields, words: null, rescued });
    },
  };
  return { watch, items };
}

/** The history of a recorded run of the daemon, decided anew; seconds of its monotonic clock. @throws {Problem} */
export function replayHistory(lines: readonly RecordedLine[]): readonly HistoryItem[] {
  const historian = new Historian({ texts: true });
  const items = [...replaySteps(lines)].flatMap((step) => historian.follow(step));
  const atS = items[0]?.atS ?? 0;
  return [{ atS, kind: 'begin', simulated: lines.some(isSimulated) }, ...items];
}

function isSimulated(line: RecordedLine): boolean {
  if (!('event' in line)) return false;
  return line.event.kind === 'sample' && line.event.card.source === 'simulated';
}
