import type { Readable } from 'node:stream';
import { type RunningProgram, startProgram } from '../../system/process/process.js';
import type { ClipboardOwner } from './clipboard-door.js';

const STARTS_MS = 2_000;

export interface OwnerProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly input: string;
  readonly output: 'stdout' | 'stderr';
  readonly ifWeDie: 'ends_itself' | 'killed';
  /** What a line of its output says. */
  understand(line: string): 'owned' | 'taken' | 'nothing';
}

/** Starts a program that holds the clipboard for as long as it lives; null where it does not come to hold it. */
export async function startOwner(program: OwnerProgram): Promise<ClipboardOwner | null> {
  const running = startProgram(program.command, program.args, {
    ...{ env: program.env, ifWeDie: program.ifWeDie, stdin: 'pipe' },
    [program.output]: 'pipe',
  });
  const owner = new OwnerProcess(running);
  const output = program.output === 'stdout' ? running.stdout : running.stderr;
  if (output !== null) readLines(output, (line) => owner.hear(program.understand(line)));
  running.stdin?.end(program.input);
  const untilMs = performance.now() + STARTS_MS;
  while (!owner.isOwned && !owner.isOver && performance.now() < untilMs) {
    await owner.nextChange(untilMs - performance.now());
  }
  if (owner.isOwned && !owner.isOver) return owner;
  await owner.end();
  return null;
}

class OwnerProcess implements ClipboardOwner {
  isOwned = false;
  isOver = false;
  taken = 0;
  private waiting: (() => void)[] = [];

  constructor(private readonly running: RunningProgram) {
    void running.exited.then(() => {
      this.isOver = true;
      this.changed();
    });
  }

  hear(said: 'owned' | 'taken' | 'nothing'): void {
    if (said === 'nothing') return;
    if (said === 'owned') this.isOwned = true;
    else this.taken += 1;
    this.changed();
  }

  nextChange(waitMs: number): Promise<void> {
    if (this.isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, waitMs));
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async end(): Promise<void> {
    await this.running.terminate(200);
  }

  private changed(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}
