import { isDue } from './deadlines.js';
import { isCardBusy, isCardInService, isIdle } from './idle.js';
import { watchLeak } from './leak.js';
import type { Turn } from './turn.js';
import { endWorker, nextGpuStartS } from './workers.js';

/** Notes what our worker holds at rest. */
export function observeLeak(turn: Turn): void {
  const { draft } = turn;
  const { gpu, figures } = draft;
  if (gpu.kind !== 'ready' || figures === null) return;
  if (!isCardInService(draft) || isCardBusy(draft) || draft.vad.moving !== null) return;
  draft.leak = watchLeak(draft.leak, gpu.generation, figures);
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
