import { Problem } from '../../../domain/problem.js';
import type { Waiting } from '../../../journal/list-waiting.js';
import { type PendingItem, parsePendingList } from '../../../protocol/command/pending-list.js';
import { epochS } from '../../../system/clock.js';
import { resolvePaths } from '../../../system/paths.js';
import { type CliContext, type CommandRun, hasFlag, print } from '../../context.js';
import { askDaemon } from '../../link/daemon-link.js';
import { formatDuration, formatTable, formatTime, shorten } from '../../screen/format.js';
import { showRecent } from './pending-recent.js';

export const run: CommandRun = async (call) => {
  const { context } = call;
  const json = hasFlag(call, 'json');
  if (hasFlag(call, 'recent')) return await showRecent(context, json);
  try {
    const items = parsePendingList(await askDaemon(context, { action: 'pending' }));
    show(context, items, json, describeItems);
  } catch (error) {
    if (!(error instanceof Problem) || !DOWN.has(error.code)) throw error;
    await showJournal(context, error, json);
  }
  return 0;
};

const SHOWN_BEFORE = 24;

const DOWN: ReadonlySet<string> = new Set(['daemon_not_running', 'daemon_timeout']);

/** Without the daemon the journal itself is read. It alone types and drops, so who wants that is told how to start it. */
async function showJournal(context: CliContext, why: Problem, json: boolean): Promise<void> {
  const { listWaiting } = await import('../../../journal/list-waiting.js');
  const waiting = listWaiting(resolvePaths(context.env).journalDir, epochS());
  show(context, waiting.entries, json, describeFiles);
  for (const line of describeRest(waiting)) print(context.stderr, line);
  const wish = waiting.entries.length === 0 ? '' : 'To type or drop one: ';
  print(context.stderr, `${wish}${why.message}`);
}

function describeRest({ unheardS, unreadable }: Waiting): readonly string[] {
  const unheard = `${formatDuration(unheardS)} of sound is not cut into sentences yet: the next start does it`;
  return unheardS === 0 ? unreadable : [unheard, ...unreadable];
}

function show(
  { stdout, stderr }: CliContext,
  items: readonly PendingItem[],
  json: boolean,
  describe: (items: readonly PendingItem[]) => readonly string[],
): void {
  if (json) print(stdout, JSON.stringify(items));
  else if (items.length === 0) print(stderr, 'Nothing is pending.');
  else print(stdout, ...describe(items));
}

function describeItems(items: readonly PendingItem[]): readonly string[] {
  return [
    ...describeTable(items),
    'Type one with: swictation pending type ID    Delete one with: swictation pending drop ID',
  ];
}

function describeTable(items: readonly PendingItem[]): readonly string[] {
  const header = ['ID', 'Recorded', 'Length', 'Why', 'Text'];
  const rows = items.map((item) => [
    String(item.id),
    formatTime(item.at_epoch_s),
    formatDuration(item.seconds),
    describeReason(item),
    describeText(item),
  ]);
  return formatTable([header, ...rows], 'rlrll');
}

/** With the end of what stands in the window before it. */
function describeText({ text, typed_before: before }: PendingItem): string {
  const own = shorten(text ?? '(not recognised yet)', 60);
  return before === undefined ? own : `${own} (typed before it: ...${before.slice(-SHOWN_BEFORE)})`;
}

function describeFiles(items: readonly PendingItem[]): readonly string[] {
  const files = items.map(
    ({ id, audio_path }) => `Audio of ${id}: ${audio_path ?? 'not on the disk'}`,
  );
  return [...describeTable(items), ...files];
}

function describeReason(item: PendingItem): string {
  const reason = item.reason.replaceAll('_', ' ');
  const doubt = item.may_already_be_typed && item.reason !== 'may_already_be_typed';
  return doubt ? `${reason}, may already be typed` : reason;
}
