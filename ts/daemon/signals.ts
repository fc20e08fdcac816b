import { isTerminalGone } from '../system/process/terminal.js';

/**
 * What service managers, terminals, power supplies and people send to end a program. Each would end it by itself, with
 * its sockets left behind.
 */
const ENDING = [
  ...(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGUSR2', 'SIGPWR'] as const),
  ...(['SIGXCPU', 'SIGALRM', 'SIGVTALRM', 'SIGIO', 'SIGSTKFLT'] as const),
];

/** A terminal that closes and a logout send two different ones at once: that is one request, not somebody in a hurry. */
const SAME_REQUEST_MS = 500;

export interface SignalActions {
  shutdown(): void;
  /** Starts or stops recording. */
  toggle(): void;
  /** Reads the configuration again. */
  reread(): void;
}

/**
 * The first signal asks for a clean end, the same one again, or another one later, ends at once; nothing recorded is lost by that. SIGUSR1
 * toggles: `pkill -USR1 -f swictationd` is a key binding too. SIGHUP reads the configuration again, but for a terminal that
 * was closed: that ends it. The answer takes all of it back.
 */
export function onSignals({ shutdown, toggle, reread }: SignalActions): () => void {
  let asked: { readonly name: string; readonly atMs: number } | null = null;
  const end = (name: NodeJS.Signals) => {
    const atMs = performance.now();
    if (asked !== null && (asked.name === name || atMs - asked.atMs > SAME_REQUEST_MS)) {
      process.exit(1);
    }
    asked ??= { name, atMs };
    shutdown();
  };
  for (const name of ENDING) process.on(name, end);
  const hangUp = () => (isTerminalGone() ? end('SIGHUP') : reread());
  process.on('SIGUSR1', toggle);
  process.on('SIGHUP', hangUp);
  return () => {
    for (const name of ENDING) process.off(name, end);
    process.off('SIGUSR1', toggle);
    process.off('SIGHUP', hangUp);
  };
}
