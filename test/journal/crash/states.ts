import type { Operation } from './operations.js';

/** A folder as a crash left it. */
export interface FolderState {
  readonly names: ReadonlyMap<string, number>;
  readonly contents: ReadonlyMap<number, Buffer>;
}

export const EMPTY: FolderState = { names: new Map(), contents: new Map() };

const BLOCK = 4_096;
const SECTOR = 512;
/** So many unflushed changes are tried in each combination; of more, samples are drawn. */
const EXHAUSTIVE_BITS = 5;
const SAMPLES = 24;

type FileChange = Extract<Operation, { kind: 'write' | 'truncate' }>;
type NameChange = Extract<Operation, { kind: 'create' | 'rename' | 'unlink' }>;

/** What is on the disk for sure, and what may or may not have got there, each change on its own. */
export interface CrashPoint {
  readonly durable: FolderState;
  readonly names: readonly NameChange[];
  /** Writes cut at the bounds of blocks: the disk takes each block at its own time. */
  readonly changes: readonly FileChange[];
}

/** The crash after the first `count` operations. A flush makes one file's bytes durable, or the folder's names, nothing else. */
export function crashAt(
  base: FolderState,
  operations: readonly Operation[],
  count: number,
): CrashPoint {
  let names: NameChange[] = [];
  let changes: FileChange[] = [];
  const durableNames = new Map(base.names);
  const contents = new Map(base.contents);
  for (const operation of operations.slice(0, count)) {
    switch (operation.kind) {
      case 'write':
      case 'truncate':
        changes.push(operation);
        break;
      case 'sync':
        for (const change of changes)
          if (change.file === operation.file) applyChange(contents, change);
        changes = changes.filter(({ file }) => file !== operation.file);
        break;
      case 'syncFolder':
        for (const change of names) applyName(durableNames, change);
        names = [];
        break;
      default:
        names.push(operation);
    }
  }
  return {
    durable: { names: durableNames, contents },
    names,
    changes: changes.flatMap(cutAtBlocks),
  };
}

/** Every state that the crash could leave, up to a bound; beyond it, so many drawn at random. */
export function* statesOf(point: CrashPoint, random: () => number): Generator<FolderState> {
  const bits = point.names.length + point.changes.length;
  if (bits <= EXHAUSTIVE_BITS) {
    for (let chosen = 0; chosen < 2 ** bits; chosen += 1) {
      yield stateWith(point, (at) => ((chosen >> at) & 1) === 1, random);
    }
    return;
  }
  yield stateWith(point, () => false, random);
  yield stateWith(point, () => true, random);
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const single = Math.floor(random() * bits);
    const share = random();
    const way = sample % 3;
    yield stateWith(
      point,
      (at) => (way === 0 ? at !== single : way === 1 ? at === single : random() < share),
      random,
    );
  }
}

function stateWith(
  point: CrashPoint,
  has: (at: number) => boolean,
  random: () => number,
): FolderState {
  const names = new Map(point.durable.names);
  const contents = new Map(point.durable.contents);
  point.names.forEach((change, at) => {
    if (has(at)) applyName(names, change);
  });
  point.changes.forEach((change, at) => {
    if (has(point.names.length + at)) applyChange(contents, change);
    else loseChange(contents, change, random);
  });
  return { names, contents };
}

/** What did not get there whole: nothing of it, only the file's new length, or some of its sectors. */
function loseChange(contents: Map<number, Buffer>, change: FileChange, random: () => number): void {
  if (change.kind === 'truncate') return;
  const luck = random();
  if (luck < 0.5) return;
  if (luck < 0.7) {
    extend(contents, change.file, change.at + change.bytes.length);
    return;
  }
  for (let from = 0; from < change.bytes.length; ) {
    const to = Math.min(change.bytes.length, from + SECTOR - ((change.at + from) % SECTOR));
    const bytes = change.bytes.subarray(from, to);
    if (random() < 0.5) applyChange(contents, { ...change, at: change.at + from, bytes });
    from = to;
  }
}

function applyName(names: Map<string, number>, change: NameChange): void {
  if (change.kind === 'unlink') names.delete(change.name);
  else if (change.kind === 'create') names.set(change.name, change.file);
  else {
    names.delete(change.from);
    names.set(change.to, change.file);
  }
}

function applyChange(contents: Map<number, Buffer>, change: FileChange): void {
  if (change.kind === 'truncate') {
    const before = contents.get(change.file) ?? Buffer.alloc(0);
    contents.set(change.file, Buffer.from(before.subarray(0, change.length)));
    return;
  }
  const after = extend(contents, change.file, change.at + change.bytes.length);
  change.bytes.copy(after, change.at);
}

/** A copy of a file's content that is at least so long; what was never written reads as zeros. */
function extend(contents: Map<number, Buffer>, file: number, length: number): Buffer {
  const before = contents.get(file) ?? Buffer.alloc(0);
  const after = Buffer.alloc(Math.max(before.length, length));
  before.copy(after);
  contents.set(file, after);
  return after;
}

function cutAtBlocks(change: FileChange): readonly FileChange[] {
  if (change.kind === 'truncate') return [change];
  const parts: FileChange[] = [];
  for (let from = 0; from < change.bytes.length; ) {
    const to = Math.min(change.bytes.length, from + BLOCK - ((change.at + from) % BLOCK));
    parts.push({ ...change, at: change.at + from, bytes: change.bytes.subarray(from, to) });
    from = to;
  }
  return parts;
}
