import type { Snapshot } from '../../protocol/command/snapshot.js';
import { formatDuration, formatMb } from './format.js';

/** What the original's status lacked, one fact a line, without indentation. */
export function describeSnapshot(snapshot: Snapshot): string[] {
  return [
    `Speech model: ${describeSpeechModel(snapshot)}`,
    ...describeModelFetch(snapshot.model_fetch ?? null),
    `Voice activity: ${describePlace(snapshot.models.vad)}`,
    `GPU memory: ${describeMemory(snapshot)}`,
    `Breaker: ${describeBreaker(snapshot.breaker)}`,
    ...describeRemote(snapshot.remote ?? null),
    `Pending recordings: ${describePending(snapshot.pending)}`,
    ...describeSpeculation(snapshot.speculation),
    ...describeTrouble(snapshot),
  ];
}

interface Place {
  readonly device: string;
  readonly simulated: boolean;
  readonly wish: string;
}

/** `GPU`, `GPU (simulated)`, `CPU (asked for)`. */
export function describePlace(place: Place): string {
  const name = { cuda: 'GPU', cpu: 'CPU' }[place.device] ?? 'not loaded yet';
  const notes = [
    ...(place.simulated ? ['simulated'] : []),
    ...(place.wish === 'auto' ? [] : ['asked for']),
  ];
  return notes.length === 0 ? name : `${name} (${notes.join(', ')})`;
}

export function describeBreaker(breaker: Snapshot['breaker']): string {
  const cause = breaker.cause === null ? '' : ` (${breaker.cause})`;
  const next =
    breaker.next_probe_s === null ? '' : `, next probe in ${formatDuration(breaker.next_probe_s)}`;
  return `${breaker.state.replace('_', '-')}${cause}${next}`;
}

/** Where else speech may be recognised; nothing where it never leaves this machine. */
export function describeRemote(remote: NonNullable<Snapshot['remote']> | null): string[] {
  if (remote === null) return [];
  const { host, state, reason, next_probe_s: nextS } = remote;
  if (state === 'closed') return [`Other machine: ${host}, in use`];
  const next = nextS === null ? '' : `, next probe in ${formatDuration(nextS)}`;
  return [`Other machine: ${host}, ${state.replace('_', '-')} (${reason ?? 'no reason'}${next})`];
}

/** Why speech waits, and until when; null while it does not. */
export function describeDegraded(snapshot: Snapshot): string | null {
  if (snapshot.degraded === null) return null;
  const next = snapshot.degraded.next_attempt_s;
  const until = next === null ? '' : `, next attempt in ${formatDuration(next)}`;
  return `Degraded: ${snapshot.degraded.reason}${until}; speech is recorded and kept`;
}

/** How far the configured model is on its way here, or what hinders it; nothing where it is here. */
export function describeModelFetch(fetch: NonNullable<Snapshot['model_fetch']> | null): string[] {
  if (fetch === null) return [];
  const { model, state, message } = fetch;
  const next =
    fetch.next_attempt_s === null
      ? ''
      : ` (next attempt in ${formatDuration(fetch.next_attempt_s)})`;
  if (state !== 'fetching') return [`Model file: ${message ?? `${model} can't be fetched`}${next}`];
  return [`Model file: ${describeProgress(fetch)}, the embedded engine dictates meanwhile`];
}

function describeProgress(fetch: NonNullable<Snapshot['model_fetch']>): string {
  const { model, phase, done_mb: doneMb, total_mb: totalMb } = fetch;
  if (phase === 'waiting') return `another process fetches ${model}`;
  if (phase !== 'fetching' && phase !== null) return `${phase} ${model}`;
  if (doneMb === null || totalMb === null) return `asking for ${model}`;
  const percent = Math.floor((100 * doneMb) / Math.max(1e-6, totalMb));
  return `fetching ${model}, ${percent} % (${formatMb(doneMb)} of ${formatMb(totalMb)})`;
}

function describeSpeechModel(snapshot: Snapshot): string {
  const { stt } = snapshot.models;
  return stt.engine === null ? describePlace(stt) : `${describePlace(stt)}, ${stt.engine}`;
}

function describeMemory(snapshot: Snapshot): string {
  const { memory } = snapshot;
  if (memory === null) return 'no GPU in use';
  const used = `${Math.round(memory.used_mb)} of ${formatMb(memory.total_mb)} used`;
  const shares = `ours ${formatMb(memory.own_mb)}, others ${formatMb(memory.others_mb)}`;
  const simulated = memory.simulated ? ', simulated' : '';
  return `${used} (${shares}${simulated}), level ${snapshot.level}`;
}

function describePending(count: number): string {
  return count === 0 ? 'none' : `${count} (type swictation pending)`;
}

/** Nothing before the first guess. */
function describeSpeculation(figures: Snapshot['speculation']): string[] {
  if (figures === null || figures.used + figures.dropped === 0) return [];
  const { used, dropped, saved_ms: savedMs, dropped_ms: droppedMs } = figures;
  const seconds = (ms = 0) => `${(ms / 1e3).toFixed(1)} s`;
  const cost =
    savedMs === undefined ? '' : ` (${seconds(savedMs)} saved, ${seconds(droppedMs)} in vain)`;
  return [`Speculation: ${used} used / ${dropped} dropped${cost}`];
}

function describeTrouble(snapshot: Snapshot): string[] {
  const degraded = describeDegraded(snapshot);
  const microphone = snapshot.microphone.message;
  return [
    ...(degraded === null ? [] : [degraded]),
    ...(microphone === null ? [] : [`Microphone: ${microphone}`]),
    ...snapshot.warnings.map((warning) => `Warning: ${warning}`),
  ];
}
