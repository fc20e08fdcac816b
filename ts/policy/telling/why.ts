import type { Action, Decision } from '../../domain/actions.js';

/** One line for people: what was decided, why, and the figures that were known then. */
export function explain(decision: Decision): string {
  const { figures } = decision;
  const known = [
    `level ${figures.level}`,
    megabytes('used', figures.usedMb),
    megabytes('others', figures.othersMb),
    megabytes('own', figures.ownMb),
    megabytes('need', figures.needMb),
    megabytes('host free', figures.hostFreeMb),
    figures.breaker === 'closed' ? null : `breaker ${figures.breaker}`,
    figures.fault === null ? null : `fault ${figures.fault}`,
  ].filter((part) => part !== null);
  const what = describeAction(decision.action, decision.atS);
  return `${decision.atS.toFixed(3)} s  ${what}: ${decision.reason} (${known.join(', ')})`;
}

function megabytes(name: string, value: number | null): string | null {
  return value === null ? null : `${name} ${value.toFixed(0)} MB`;
}

/** An action in words, with what tells it from others of its kind; `atS`: when it was decided. */
export function describeAction(action: Action, atS: number): string {
  switch (action.kind) {
    case 'sample':
      return 'measure the card';
    case 'warn':
      return `warn (${action.level})`;
    case 'empty_cache':
      return 'empty the cache';
    case 'shorten_window':
      return `shorten windows to ${action.seconds} s`;
    case 'move_vad':
      return `move voice detection to ${action.device}`;
    case 'move_stt':
      return `move speech recognition to ${action.device}`;
    case 'spawn_worker': {
      const along = action.vad ? ' together with voice detection' : '';
      const model = action.small ? ' with the smaller model' : '';
      return `start the ${action.worker} worker${model}${along} (generation ${action.generation})`;
    }
    case 'kill_worker':
      return `end the ${action.worker} worker (generation ${action.generation})`;
    case 'transcribe':
      return `transcribe ${action.utterance} on ${action.device}${action.atRests ? ', cut at its rests' : ''}`;
    case 'hear_again':
      return `hear ${action.utterance} again`;
    case 'speech_without_text':
      return `leave speech in ${action.utterance} without text`;
    case 'transcribe_remote':
      return `transcribe ${action.utterance} on the other machine`;
    case 'probe_remote':
      return 'probe the other machine';
    case 'remote_breaker':
      return `breaker of the other machine ${action.state.kind.replace('_', '-')}`;
    case 'give_up':
      return `give up on ${action.utterance}`;
    case 'defer':
      return `let ${action.utterance} wait${until(action.nextAttemptS, atS)}`;
    case 'probe':
      return action.small ? 'probe the card with the smaller model' : 'probe the card';
    case 'breaker':
      return `breaker ${action.state.kind.replace('_', '-')}`;
    case 'degrade':
      return `degraded${until(action.nextAttemptS, atS)}`;
    case 'restore':
      return 'restored';
    default:
      return action satisfies never;
  }
}

function until(nextAttemptS: number | null, nowS: number): string {
  return nextAttemptS === null ? '' : ` (next attempt in ${(nextAttemptS - nowS).toFixed(1)} s)`;
}
