import { type PendingItem, parsePendingList } from '../../../protocol/command/pending-list.js';
import { type CommandRun, hasFlag, print } from '../../context.js';
import { askDaemon } from '../../link/daemon-link.js';
import { formatDuration, formatTable, formatTime, shorten } from '../../screen/format.js';

export const run: CommandRun = async (call) => {
  const { context } = call;
  const items = parsePendingList(await askDaemon(context, { action: 'pending' }));
  if (hasFlag(call, 'json')) print(context.stdout, JSON.stringify(items));
  else if (items.length === 0) print(context.stderr, 'Nothing is pending.');
  else print(context.stdout, ...describeItems(items));
  return 0;
};

function describeItems(items: readonly PendingItem[]): string[] {
  const header = ['ID', 'Recorded', 'Length', 'Why', 'Text'];
  const rows = items.map((item) => [
    String(item.id),
    formatTime(item.at_epoch_s),
    formatDuration(item.seconds),
    describeReason(item),
    shorten(item.text ?? '(not recognised yet)', 60),
  ]);
  return [
    ...formatTable([header, ...rows], 'rlrll'),
    'Type one with: swictation pending type ID    Delete one with: swictation pending drop ID',
  ];
}

function describeReason(item: PendingItem): string {
  const reason = item.reason.replaceAll('_', ' ');
  const doubt = item.may_already_be_typed && item.reason !== 'may_already_be_typed';
  return doubt ? `${reason}, may already be typed` : reason;
}
