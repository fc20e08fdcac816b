import type { CardSample } from '../domain/memory.js';
import { FIRST_ANSWER_MS } from '../system/card/find-card.js';
import { areAllAsleep } from '../system/card/pci.js';
import {
  type CardTrouble,
  describeRunTrouble,
  firstLine,
  isDriverGone,
  isWarning,
} from '../system/card/trouble.js';
import { visibleCard } from '../system/card/visible-card.js';
import type { Env } from '../system/env.js';
import { type Exit, type RunningProgram, startProgram } from '../system/process/process.js';
import { parseSampleLine, SAMPLE_FIELDS } from './card-line.js';
import { splitLines } from './lines.js';

export interface StreamCardOptions {
  readonly env: Env;
  readonly intervalMs: number;
  readonly onSample: (sample: CardSample) => void;
  /** Told once per run of the program and kind; the stream goes on trying with growing waits. */
  readonly onTrouble: (trouble: CardTrouble) => void;
  /** No line for so long means that the program hangs (default 5 intervals, at least 5 s). */
  readonly silenceMs?: number;
  /** The same for the first line, before which the driver may have to load itself (default `FIRST_ANSWER_MS`). */
  readonly firstMs?: number;
  /** First wait before the next try; doubles up to 60 times itself (default 1 s). */
  readonly retryMs?: number;
}

export interface CardStream {
  close(): Promise<void>;
}

const LONGEST_BACK_OFF = 60;

/**
 * Measures the card by one long-lived `nvidia-smi --loop-ms`, never one process per sample. A program that
 * hangs, ends or talks nonsense is replaced; a sleeping card is left asleep.
 */
export function streamCard(options: StreamCardOptions): CardStream {
  const retryMs = options.retryMs ?? 1_000;
  let waitMs = retryMs;
  let retry: NodeJS.Timeout | undefined;
  let running: RunningProgram | null = null;
  let closed = false;
  const hooks: Hooks = {
    onSample(sample) {
      waitMs = retryMs;
      if (!closed) options.onSample(sample);
    },
    onTrouble(trouble) {
      if (!closed) options.onTrouble(trouble);
    },
  };
  const tryLater = () => {
    if (closed) return;
    retry = setTimeout(attempt, waitMs);
    retry.unref();
    waitMs = Math.min(waitMs * 2, retryMs * LONGEST_BACK_OFF);
  };
  const attempt = () => {
    if (areAllAsleep(options.env)) {
      hooks.onTrouble({ kind: 'asleep', message: 'the card sleeps and is left asleep' });
      return tryLater();
    }
    running = startStream(options);
    void readStream(running, options, hooks).then(tryLater);
  };
  attempt();
  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      await running?.terminate(500);
    },
  };
}

function startStream(options: StreamCardOptions): RunningProgram {
  const loop = `--loop-ms=${Math.max(1, Math.round(options.intervalMs))}`;
  const query = [`--query-gpu=${SAMPLE_FIELDS}`, '--format=csv,noheader,nounits', loop];
  return startProgram('nvidia-smi', query, {
    ifWeDie: 'killed',
    env: { ...options.env },
    stdout: 'pipe',
    stderr: 'pipe',
  });
}

/** Reads one program to its end; a program that falls silent is ended. Resolves when it is gone. */
async function readStream(program: RunningProgram, options: StreamCardOptions, hooks: Hooks) {
  const report = reportOncePerKind(hooks.onTrouble);
  let lastWords = '';
  const silence = watchSilence(program, options, report);
  const visible = visibleCard(options.env);
  splitLines(program.stdout, (line) => {
    const sample = parseSampleLine(line, visible);
    if (sample === 'other_card') return;
    if (sample !== null) {
      silence.heard();
      hooks.onSample(sample);
      return;
    }
    lastWords = firstLine(line);
    report(describeOddLine(lastWords));
  });
  splitLines(program.stderr, (line) => {
    lastWords = firstLine(line);
  });
  const exit = await Promise.race([program.exited, silence.ended]);
  silence.close();
  if (exit !== null && !silence.fell()) report(describeEnd(exit, lastWords));
}

interface Hooks {
  onSample(sample: CardSample): void;
  onTrouble(trouble: CardTrouble): void;
}

/** `ended` resolves with null once a program that said nothing for too long has been ended. */
function watchSilence(
  program: RunningProgram,
  options: StreamCardOptions,
  report: (trouble: CardTrouble) => void,
) {
  const limitMs = silenceLimitMs(options);
  let resolveEnded = (_: null) => {};
  const ended = new Promise<null>((resolve) => {
    resolveEnded = resolve;
  });
  let fell = false;
  const fall = () => {
    fell = true;
    report({ kind: 'silent', message: 'nvidia-smi gives no answer' });
    void program.terminate(500).then(() => resolveEnded(null));
  };
  const wait = (ms: number) => setTimeout(fall, ms).unref();
  let timer = wait(Math.max(limitMs, options.firstMs ?? FIRST_ANSWER_MS));
  return {
    ended,
    fell: () => fell,
    heard() {
      clearTimeout(timer);
      timer = wait(limitMs);
    },
    close: () => clearTimeout(timer),
  };
}

function describeOddLine(line: string): CardTrouble {
  if (isDriverGone(null, line)) return { kind: 'driver_gone', message: line };
  if (isWarning(line)) return { kind: 'warning', message: `nvidia-smi: ${line}` };
  return { kind: 'garbage', message: `nvidia-smi wrote something unreadable: ${line}` };
}

function describeEnd(exit: Exit, lastWords: string): CardTrouble {
  const kind = exit.kind === 'not_started' ? 'not_found' : 'ended';
  const code = exit.kind === 'exited' ? exit.code : null;
  return describeRunTrouble({ kind, code, signal: null, stdout: '', stderr: lastWords });
}

function silenceLimitMs(options: StreamCardOptions): number {
  return options.silenceMs ?? Math.max(5_000, options.intervalMs * 5);
}

function reportOncePerKind(report: (trouble: CardTrouble) => void) {
  const told = new Set<CardTrouble['kind']>();
  return (trouble: CardTrouble) => {
    if (told.has(trouble.kind)) return;
    told.add(trouble.kind);
    report(trouble);
  };
}
