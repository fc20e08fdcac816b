import { epochS } from './clock.js';

/** `terminal` has colours, `journald` starts with a syslog priority and leaves the time to the journal. */
export type LineStyle = 'terminal' | 'plain' | 'journald';

/** pino's numbers, their names padded to one width, syslog priority, terminal colour. */
const LEVELS: Readonly<Record<number, readonly [name: string, priority: number, colour: string]>> =
  {
    20: ['debug', 7, '\u001b[2m'],
    30: ['info ', 6, ''],
    40: ['warn ', 4, '\u001b[33m'],
    50: ['error', 3, '\u001b[31m'],
  };

/** One JSON line of pino as one line for people, fields behind the message as `name=value`. */
export function formatLine(json: string, style: LineStyle): string {
  const { level, msg, ...fields } = parseRecord(json);
  const [name, priority, colour] = LEVELS[Number(level)] ?? ['info ', 6, ''];
  const message = [String(msg ?? ''), ...Object.entries(fields).map(formatField)].join(' ');
  const oneLine = message.replace(/[\r\n]+/g, ' ');
  switch (style) {
    case 'journald':
      return `<${priority}>${oneLine}\n`;
    case 'plain':
      return `${timeOfDay()} ${name} ${oneLine}\n`;
    case 'terminal':
      return `${timeOfDay()} ${colour}${name} ${oneLine}\u001b[0m\n`;
    default:
      return style satisfies never;
  }
}

function parseRecord(json: string): Record<string, unknown> {
  const record: unknown = JSON.parse(json);
  return typeof record === 'object' && record !== null ? { ...record } : { msg: json };
}

function formatField([name, value]: [string, unknown]): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `${name}=${/[\s=]/.test(text) ? JSON.stringify(text) : text}`;
}

/** Local time, `HH:MM:SS`. */
function timeOfDay(): string {
  return new Date(epochS() * 1000).toTimeString().slice(0, 8);
}
