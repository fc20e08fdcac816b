import { closeSync, openSync } from 'node:fs';
import { readTerminal } from './process-stat.js';

/** Asked at the start: a terminal that is gone leaves no trace. */
const hadOne = readTerminal(process.pid) !== 0;

/** Whether the terminal that this process was started in was closed; never where there was none. */
export function isTerminalGone(): boolean {
  return hadOne && !canOpenTerminal();
}

/**
 * Ends this process, with all its work done. At its end Node puts the terminal's settings back, and aborts where the
 * terminal is gone (seen with Node 20: SIGABRT or SIGSEGV, with a core file).
 */
export function exitProcess(code: number): never {
  if (isTerminalGone()) process.kill(process.pid, 'SIGKILL');
  process.exit(code);
}

function canOpenTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r+'));
    return true;
  } catch {
    return false;
  }
}
