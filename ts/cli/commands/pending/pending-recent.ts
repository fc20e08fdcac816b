import { type PendingItem, parsePendingList } from '../../../protocol/command/pending-list.js';
import { type CliContext, print } from '../../context.js';
import { askDaemon } from '../../link/daemon-link.js';
import { formatDuration, formatTable, formatTime, shorten } from '../../screen/format.js';

/** What was typed in the last hour although a part of its speech did not become text. Returns the exit code. */
export async function showRecent(context: CliContext, json: boolean): Promise<number> {
  const items = parsePendingList(await askDaemon(context, { action: 'recent' }));
  if (json) print(context.stdout, JSON.stringify(items));
  else if (items.length === 0)
    print(context.stderr, 'In the last hour no speech was left without text.');
  else print(context.stdout, ...describe(items));
  return 0;
}

function describe(items: readonly PendingItem[]): readonly string[] {
  const header = ['ID', 'Recorded', 'Length', 'Text', 'Sound, kept for an hour'];
  const rows = items.map((item) => [
    String(item.id),
    formatTime(item.at_epoch_s),
    formatDuration(item.seconds),
    shorten(item.text ?? '', 50),
    item.audio_path ?? '(not on the disk yet)',
  ]);
  return formatTable([header, ...rows], 'rlrll');
}
