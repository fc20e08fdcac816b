import { drivenAway, keepsDistance } from '../memory/hysteresis.js';
import { compareLevels, projectedMb } from '../memory/levels.js';
import { isCardBusy } from '../state/idle.js';
import { LONGEST_DWELL_S } from '../state/settings.js';
import type { Figures } from '../state/signal.js';
import type { Turn } from '../state/turn.js';
import { endWorker } from '../workers/workers.js';
import { driveOut, leaveVoiceOut } from './moves.js';
import { isOnCard, yieldWorker } from './placement.js';

/** Leaves the card to others: voice detection at critical, the speech model at emergency, then the context. */
export function settleRelief(turn: Turn): void {
  const { draft } = turn;
  if (draft.card === null || draft.figures === null) return;
  relieveVoice(turn);
  if (draft.pressure.level === 'emergency') relieveSpeech(turn);
}

/**
 * One sample at critical is enough. Moves of a model keep a minute's distance; when the figures leave no such time,
 * the worker is ended instead, which needs no move, and voice detection stays away for long: it costs the CPU little.
 */
export function relieveVoice(turn: Turn): void {
  const { draft } = turn;
  const { card, figures, vad } = draft;
  if (card === null || figures === null) return;
  const over = figures.usedMb >= card.thresholds.criticalMb;
  if (!over && compareLevels(draft.pressure.level, 'critical') < 0) return;
  const reason = whyCritical(figures, card.thresholds.criticalMb);
  leaveVoiceOut(turn, reason);
  if (!isOnCard(vad)) return;
  if (keepsDistance(vad, draft.atS)) {
    driveOut(turn, 'vad', reason);
    return;
  }
  if (!over) return;
  const away = drivenAway(vad, draft.atS, draft.settings);
  endWorker(turn, 'gpu', true, `${reason}; voice detection has moved less than a minute ago`);
  draft.vad = { ...away, dwellS: LONGEST_DWELL_S };
}

/** A level that the fill rate foretells, or that is left slowly, is entered below its own threshold. */
function whyCritical(figures: Figures, criticalMb: number): string {
  const known = `${figures.usedMb.toFixed(0)} MB used`;
  const limit = `critical from ${criticalMb.toFixed(0)} MB`;
  if (figures.usedMb >= criticalMb) return `${known}, ${limit}`;
  const soonMb = projectedMb(figures);
  if (soonMb < criticalMb) return `${known}, and above the limit a moment ago, ${limit}`;
  return `${known}, ${soonMb.toFixed(0)} MB within a second, ${limit}`;
}

function relieveSpeech(turn: Turn): void {
  const { draft } = turn;
  const { figures, gpu, stt } = draft;
  if (figures === null || !isStillOver(turn) || isCardBusy(draft)) return;
  const reason = `${figures.usedMb.toFixed(0)} MB used is an emergency`;
  if (gpu.kind === 'loading') {
    yieldWorker(turn, reason);
    return;
  }
  if (gpu.kind !== 'ready') return;
  if (stt.moving?.to === 'cpu' || draft.vad.moving?.to === 'cpu') return;
  if (stt.device === 'cuda' && keepsDistance(stt, draft.atS)) {
    driveOut(turn, 'stt', reason);
    return;
  }
  if (stt.device === 'cuda' || stt.moving !== null) {
    yieldWorker(turn, reason);
    return;
  }
  if (figures.atS > stt.settledS) yieldWorker(turn, `${reason}; our context is freed too`);
}

/** The last figures, not only the level, which is left slowly. */
function isStillOver(turn: Turn): boolean {
  const { figures, card } = turn.draft;
  if (figures === null || card === null) return false;
  return figures.usedMb + figures.steadyFillMbPerS >= card.thresholds.emergencyMb;
}
