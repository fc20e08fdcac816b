import type { Snapshot } from '../../protocol/command/snapshot.js';
import { type CommandRun, hasFlag, print } from '../context.js';
import { readSnapshot } from '../link/daemon-link.js';
import { formatMb, formatNumber, formatPairs } from '../screen/format.js';

export const run: CommandRun = async (call) => {
  const { context } = call;
  const snapshot = await readSnapshot(context);
  const { memory } = snapshot;
  if (hasFlag(call, 'json')) print(context.stdout, JSON.stringify(memory));
  else if (memory === null)
    print(context.stdout, 'No GPU is in use: speech is recognised on the CPU.');
  else print(context.stdout, ...describeMemory(memory, snapshot));
  return 0;
};

function describeMemory(
  memory: NonNullable<Snapshot['memory']>,
  { thresholds, level }: Snapshot,
): string[] {
  return [
    memory.simulated ? 'Device (simulated)' : 'Device',
    ...formatPairs([
      ['total', formatMb(memory.total_mb)],
      ['used', `${formatMb(memory.used_mb)} (level ${level})`],
      ['free', formatMb(memory.free_mb)],
      ['ours', formatMb(memory.own_mb)],
      ['other programs', formatMb(memory.others_mb)],
      ...describeThresholds(thresholds),
    ]),
    'Our allocator',
    ...formatPairs([
      ['allocated', formatMb(memory.allocated_mb)],
      ['active', formatMb(memory.active_mb)],
      ['reserved', formatMb(memory.reserved_mb)],
      ['fragmentation', `${formatNumber(memory.fragmentation_ratio, 2)} (reserved / allocated)`],
      ['trapped', formatMb(memory.inactive_split_mb)],
      ['largest request', `${formatMb(memory.largest_free_mb)} can be met now`],
    ]),
  ];
}

function describeThresholds(thresholds: Snapshot['thresholds']): [string, string][] {
  if (thresholds === null) return [];
  const { warning_mb, critical_mb, guard_mb, emergency_mb } = thresholds;
  const levels = [warning_mb, critical_mb, guard_mb, emergency_mb].map(Math.round).join(' / ');
  return [['levels', `${levels} MB (warning / critical / guard / emergency)`]];
}
