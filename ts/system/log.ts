import { type Level, pino } from 'pino';
import type { Env } from './env.js';
import { formatLine, type LineStyle } from './log-format.js';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Short facts beside the message. Never recognised text, never audio: such fields are removed. */
type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One line a call, for people. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Fields that could carry what somebody said; removed although no caller should pass them. */
const SPOKEN_FIELDS = ['text', 'texts', 'transcript', 'audio', 'pcm'];

export interface LogTarget {
  write(line: string): void;
  readonly style: LineStyle;
}

/** A log on stderr: coloured with times on a terminal, with syslog priorities under the service manager. */
export function createLog(level: LogLevel, target: LogTarget = stderrTarget(process.env)): Log {
  const logger = pino(
    { level, base: null, timestamp: false, redact: { paths: SPOKEN_FIELDS, remove: true } },
    { write: (json: string) => target.write(formatLine(json, target.style)) },
  );
  const at = (name: Level) => (message: string, fields?: LogFields) => {
    logger[name](fields ?? {}, message);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** `SWICTATION_LOG` where it names a level, else what the configuration says. */
export function chooseLogLevel(env: Env, configured: LogLevel = 'info'): LogLevel {
  return LOG_LEVELS.find((level) => level === env.SWICTATION_LOG) ?? configured;
}

function stderrTarget(env: Env): LogTarget {
  // A reader that went away must not end dictation.
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => {});
  const journald = env.JOURNAL_STREAM !== undefined && !process.stderr.isTTY;
  const style = journald ? 'journald' : process.stderr.isTTY ? 'terminal' : 'plain';
  return { style, write: (line) => process.stderr.write(line) };
}
