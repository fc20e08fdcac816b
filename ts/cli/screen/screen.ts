import type { CliContext } from '../context.js';

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_REST_OF_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/** Draws whole pictures on the terminal's second screen and gives the first one back when it is closed. */
export class Screen {
  readonly #context: CliContext;
  readonly #forget: () => void;

  constructor(context: CliContext) {
    this.#context = context;
    this.#forget = context.onInterrupt(() => this.#leave());
    context.stdout.write(ENTER);
  }

  /** Some terminals say 0 where they do not know. */
  get columns(): number {
    return this.#context.stdout.columns || 80;
  }

  draw(lines: readonly string[]): void {
    const rows = this.#context.stdout.rows || 24;
    const shown = lines.slice(0, rows - 1).map((line) => `${line}${CLEAR_REST_OF_LINE}\n`);
    this.#context.stdout.write(`${HOME}${shown.join('')}${CLEAR_BELOW}`);
  }

  close(): void {
    this.#forget();
    this.#leave();
  }

  #leave(): void {
    this.#context.stdout.write(LEAVE);
  }
}

/** Resolves when `q` is typed. Without a terminal it never does; Ctrl+C ends the process as everywhere. */
export function awaitQuitKey(context: CliContext, ended: AbortSignal): Promise<void> {
  const { stdin, stdout } = context;
  return new Promise((resolve) => {
    if (stdin.isTTY !== true || stdout.isTTY !== true) return;
    const onData = (chunk: unknown) => {
      const typed = String(chunk);
      if (typed.includes('\x03')) process.kill(process.pid, 'SIGINT');
      else if (/q/i.test(typed)) resolve();
    };
    stdin.setRawMode?.(true);
    stdin.on('data', onData);
    ended.addEventListener('abort', () => {
      stdin.off('data', onData);
      stdin.setRawMode?.(false);
      stdin.pause();
    });
  });
}
