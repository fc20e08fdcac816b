import { within } from './deadline.js';

/** Why something could not be closed; `late`: its deadline passed and it was left behind. */
interface CloseFailure {
  readonly name: string;
  readonly kind: 'failed' | 'late';
  readonly message: string;
}

/** Owns everything that was opened and closes it in reverse order. */
export interface Scope {
  /**
   * Takes over `close`. `deadlineMs` is how long the closing may take (default 2,000 ms).
   * Handed to a scope that is closed already, it is closed at once.
   */
  own(name: string, close: () => void | Promise<void>, deadlineMs?: number): void;
  /** Closes all, each within its deadline, whatever fails; a second call gets the same answer. */
  close(): Promise<readonly CloseFailure[]>;
}

const DEFAULT_DEADLINE_MS = 2_000;

interface Owned {
  readonly name: string;
  readonly close: () => void | Promise<void>;
  readonly deadlineMs: number;
}

export function openScope(): Scope {
  const owned: Owned[] = [];
  let closing: Promise<readonly CloseFailure[]> | null = null;
  return {
    own(name, close, deadlineMs = DEFAULT_DEADLINE_MS) {
      const item = { name, close, deadlineMs };
      if (closing === null) owned.push(item);
      else void closeOne(item);
    },
    close() {
      closing ??= closeInReverse(owned);
      return closing;
    },
  };
}

async function closeInReverse(owned: Owned[]): Promise<readonly CloseFailure[]> {
  const failures: CloseFailure[] = [];
  for (let item = owned.pop(); item !== undefined; item = owned.pop()) {
    const failure = await closeOne(item);
    if (failure !== null) failures.push(failure);
  }
  return failures;
}

async function closeOne({ name, close, deadlineMs }: Owned): Promise<CloseFailure | null> {
  try {
    const done = Promise.resolve(close()).then(() => true);
    // A failure after the deadline has nobody left to hear it.
    done.catch(() => {});
    if ((await within(done, deadlineMs)) === true) return null;
    return { name, kind: 'late', message: `${name} did not close within ${deadlineMs} ms` };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { name, kind: 'failed', message: `${name} failed to close: ${reason}` };
  }
}
