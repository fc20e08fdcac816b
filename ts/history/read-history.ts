import { readFileSync } from 'node:fs';
import type { HistoryItem } from '../domain/history.js';
import { decodeHistory } from '../protocol/history.js';
import { listHistory } from './files.js';
import { readFrames } from './frames.js';

/**
 * What has happened since `sinceS` (epoch), oldest first; what held at that time (card, places, breaker) comes first,
 * with that time. Works beside a daemon that writes and after one that was killed.
 */
export function readHistory(folder: string, sinceS: number): readonly HistoryItem[] {
  const items: HistoryItem[] = [];
  for (const file of listHistory(folder)) {
    if (file.modifiedS < sinceS) continue;
    for (const item of readItems(file.path)) items.push(item);
  }
  return cutBefore(items, sinceS);
}

function* readItems(path: string): Generator<HistoryItem> {
  for (const text of readFrames(readQuietly(path))) {
    const items = decodeHistory(text);
    if (items === null) return;
    yield* items;
  }
}

/** A file that was pruned meanwhile has nothing to tell. */
function readQuietly(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

function cutBefore(items: readonly HistoryItem[], sinceS: number): readonly HistoryItem[] {
  const first = items.findIndex(({ atS }) => atS >= sinceS);
  const before = first === -1 ? items : items.slice(0, first);
  const after = first === -1 ? [] : items.slice(first);
  return [...whatHolds(before).map((item) => ({ ...item, atS: sinceS })), ...after];
}

/** The last word on each thing that goes on until it changes. */
function whatHolds(items: readonly HistoryItem[]): readonly HistoryItem[] {
  const held = new Map<string, HistoryItem>();
  for (const item of items) {
    if (item.kind === 'begin') held.clear();
    if (item.kind === 'end') held.clear();
    if (item.kind === 'place') held.set(`place ${item.model}`, item);
    if (item.kind === 'begin' || item.kind === 'card' || item.kind === 'breaker')
      held.set(item.kind, item);
    if (item.kind === 'memory') held.set('memory', item);
  }
  return [...held.values()];
}
