import type { Snapshot } from '../../protocol/command/snapshot.js';
import { tailOf } from './heard-text.js';
import { describeDegraded, describeSnapshot } from './snapshot-lines.js';

/** Classes that a bar's style sheet can rely on. */
type BarClass = 'idle' | 'recording' | 'processing' | 'degraded' | 'error';

/** One line for a bar. */
export interface BarStatus {
  readonly text: string;
  readonly tooltip: string;
  readonly class: BarClass;
}

/** `start`: what a person types to start the daemon. */
export function daemonDown(start: string): BarStatus {
  return { text: 'off', tooltip: `Daemon not running: start it with ${start}`, class: 'error' };
}

/** `heard`: what is heard of the sentence that is spoken; it takes the place of the state. */
export function toBarStatus(snapshot: Snapshot, heard: string | null = null): BarStatus {
  if (heard !== null && snapshot.state === 'recording') return showHeard(snapshot, heard);
  const recording = snapshot.state === 'recording' ? '● ' : '';
  const pending = snapshot.pending === 0 ? '' : ` (${snapshot.pending} pending)`;
  const barClass = classify(snapshot);
  return {
    text: `${barClass === 'recording' ? '' : recording}${TEXTS[barClass]}${pending}`,
    tooltip: [describeState(snapshot), ...describeSnapshot(snapshot)].join('\n'),
    class: barClass,
  };
}

/** Characters of a sentence that a bar has room for. */
const HEARD_ROOM = 60;

function showHeard(snapshot: Snapshot, heard: string): BarStatus {
  const status = toBarStatus(snapshot);
  return { ...status, text: `● ${tailOf(heard, HEARD_ROOM)}` };
}

/** All that is known of a daemon that tells nothing but its state. */
export function toPlainBarStatus(state: string): BarStatus {
  const known = BAR_STATES.find((one) => one === state) ?? 'error';
  return { text: TEXTS[known], tooltip: describeStateName(state), class: known };
}

const BAR_STATES = ['idle', 'recording', 'processing', 'error'] as const;

const TEXTS: Readonly<Record<BarClass, string>> = {
  idle: 'ready',
  recording: '● recording',
  processing: '… processing',
  degraded: 'degraded',
  error: 'error',
};

/** An error is worse than degraded, which is worse than what is going on. */
function classify(snapshot: Snapshot): BarClass {
  if (snapshot.state === 'error') return 'error';
  return describeDegraded(snapshot) === null ? snapshot.state : 'degraded';
}

/** The original's words for a state. */
function describeState({ state }: Pick<Snapshot, 'state'>): string {
  return { ...STATE_LINES }[state];
}

const STATE_LINES = {
  idle: 'Ready to record',
  recording: 'Currently recording',
  processing: 'Processing audio',
  error: 'Error state',
} as const;

/** The same for a state that came over a socket; empty for one that is not known. */
export function describeStateName(state: string): string {
  return new Map<string, string>(Object.entries(STATE_LINES)).get(state) ?? '';
}
