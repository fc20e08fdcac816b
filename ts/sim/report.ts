import type { Action, Decision } from '../domain/actions.js';
import type { Device, WorkerRole } from '../domain/device.js';

type Details = Readonly<Record<string, string | number | boolean | null>>;

const NO_DETAILS: Details = {};

/** One line of output for a decision, or null for what is no decision (a measurement). `atS`: the world's clock. */
export function reportDecision(decision: Decision, atS: number): string | null {
  const { action, reason, figures } = decision;
  if (action.kind === 'sample') return null;
  return JSON.stringify({
    t_s: roundTo(atS, 1000),
    action: action.kind === 'give_up' ? 'defer' : action.kind,
    reason,
    level: figures.level,
    used_mb: roundMb(figures.usedMb),
    others_mb: roundMb(figures.othersMb),
    ...describeAction(action),
  });
}

function describeAction(action: Action): Details {
  switch (action.kind) {
    case 'sample':
    case 'warn':
    case 'empty_cache':
    case 'restore':
      return NO_DETAILS;
    case 'shorten_window':
      return { window_s: action.seconds };
    case 'move_vad':
    case 'move_stt':
      return { device: action.device };
    case 'spawn_worker':
      return { worker: action.worker, device: deviceOf(action.worker), vad: action.vad };
    case 'kill_worker':
      return { worker: action.worker, device: deviceOf(action.worker) };
    case 'transcribe':
      return { utterance: action.utterance, device: action.device, window_s: action.windowS };
    case 'defer':
      return { utterance: action.utterance, next_attempt_s: roundOrNull(action.nextAttemptS) };
    case 'give_up':
      return { utterance: action.utterance, next_attempt_s: null };
    case 'probe':
      return NO_DETAILS;
    case 'breaker':
      return { state: action.state.kind };
    case 'degrade':
      return { next_attempt_s: roundOrNull(action.nextAttemptS) };
    default:
      return action satisfies never;
  }
}

function deviceOf(worker: WorkerRole): Device {
  return worker === 'gpu' ? 'cuda' : 'cpu';
}

/** Rounds to a whole number of 1/`parts`. */
export function roundTo(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}

function roundMb(mb: number | null): number | null {
  return mb === null ? null : roundTo(mb, 10);
}

function roundOrNull(seconds: number | null): number | null {
  return seconds === null ? null : roundTo(seconds, 1000);
}
