import { LEAK_MB, watchLeak } from '../memory/leak.js';
import { isDue } from '../state/deadlines.js';
import { isCardBusy, isCardInService, isIdle } from '../state/idle.js';
import type { Turn } from '../state/turn.js';
import { endWorker, nextGpuStartS } from '../workers/workers.js';

/** Notes what our worker holds at rest. */
export function observeLeak(turn: Turn): void {
  const { draft } = turn;
  const { gpu, figures } = draft;
  if (gpu.kind !== 'ready' || figures === null) return;
  if (!isCardInService(draft) || isCardBusy(draft) || draft.vad.moving !== null) return;
  draft.leak = watchLeak(draft.leak, gpu.generation, figures);
}

/** A worker that still holds much after the speech model has left would bring it back into too little room. */
export function settleRemains(turn: Turn): void {
  const { draft } = turn;
  const { gpu, stt, figures } = draft;
  if (gpu.kind !== 'ready' || stt.device === 'cuda' || stt.moving !== null) return;
  if (figures === null || !figures.measured || figures.atS <= stt.settledS) return;
  if (figures.activeMb <= draft.settings.vadMb + LEAK_MB) return;
  const reason = `it still holds ${figures.activeMb.toFixed(0)} MB after the model has left`;
  endWorker(turn, 'gpu', true, reason);
}

/** Replaces a worker that leaks, at the next silence and while another start is allowed. */
export function settleLeak(turn: Turn): void {
  const { draft } = turn;
  const { leak, gpu } = draft;
  if (leak === null || !leak.suspected || gpu.kind !== 'ready' || !isIdle(draft)) return;
  if (!isDue(nextGpuStartS(draft), draft.atS)) return;
  const grownMb = leak.lastMb - leak.baselineMb;
  endWorker(turn, 'gpu', true, `it holds ${grownMb.toFixed(0)} MB more at rest than after loading`);
}
