import type { RunResult } from '../process/process.js';

/** Why the card can't be measured, in a closed set, with one line for people. */
export interface CardTrouble {
  readonly kind:
    | 'missing'
    | 'driver_gone'
    | 'silent'
    | 'garbage'
    | 'asleep'
    | 'ended'
    /** The figures are right; nvidia-smi says something beside them. */
    | 'warning';
  readonly message: string;
}

/**
 * Exit codes of nvidia-smi that mean the driver or the card is gone, from its manual page: 9 driver not
 * loaded, 12 NVML library missing, 15 card fallen off the bus.
 */
const GONE_CODES = new Set([9, 12, 15]);
/** What it prints in those cases, on either stream, whatever the exit code. */
const GONE_WORDS =
  /couldn't communicate with the nvidia driver|driver\/library version mismatch|gpu is lost|no devices were found|fallen off the bus|unable to determine the device handle/i;

/** True for the output of a card or driver that is not there any more. */
export function isDriverGone(code: number | null, output: string): boolean {
  return (code !== null && GONE_CODES.has(code)) || GONE_WORDS.test(output);
}

/** What went wrong with a run of nvidia-smi that has no usable answer. */
export function describeRunTrouble(result: RunResult): CardTrouble {
  const said = firstLine(result.stderr) || firstLine(result.stdout);
  switch (result.kind) {
    case 'not_found':
      return { kind: 'missing', message: 'nvidia-smi not found: install the NVIDIA driver' };
    case 'timed_out':
    case 'aborted':
      return { kind: 'silent', message: 'nvidia-smi gave no answer in time' };
    case 'ended':
      return isDriverGone(result.code, `${result.stdout}\n${result.stderr}`)
        ? { kind: 'driver_gone', message: said || 'the NVIDIA driver is gone' }
        : { kind: 'ended', message: said || `nvidia-smi ended with code ${result.code}` };
    default:
      return result.kind satisfies never;
  }
}

/** What a run said beside the figures that it gave, null for nothing: a line of either stream, or its exit code. */
export function warningIn(result: RunResult, figureLines: number): string | null {
  const beside = result.stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => WARNING.test(line) || isDriverGone(null, line));
  const said = firstLine(beside[0] ?? '') || firstLine(result.stderr);
  if (said !== '') return `nvidia-smi: ${said}`;
  const isFine = figureLines > 0 && result.kind === 'ended' && result.code === 0;
  return isFine ? null : describeRunTrouble({ ...result, stdout: '', stderr: '' }).message;
}

/** A line that nvidia-smi writes beside its figures, as it writes it for a corrupt infoROM (exit code 14). */
const WARNING = /^warning:/i;

/** True for words of nvidia-smi that go along with right figures. */
export function isWarning(line: string): boolean {
  return WARNING.test(line);
}

export function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').trim().slice(0, 200);
}
