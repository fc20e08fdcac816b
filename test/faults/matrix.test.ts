import { describe, expect, it } from 'vitest';
import { FAULTS } from './faults.js';
import { MOMENTS, type MomentName } from './moments.js';
import { runCase } from './run-case.js';

/** One case of each kind of fault, at the moment where it hurts most. `make faults` runs all of them. */
const CASES: readonly (readonly [string, MomentName])[] = [
  ['SIGKILL cpu worker', 'transcription'],
  ['SIGKILL gpu worker', 'move'],
  ['SIGKILL ear worker', 'midWord'],
  ['SIGKILL nursery', 'transcription'],
  ['SIGKILL daemon', 'beforeTyping'],
  ['SIGTERM daemon', 'midTyping'],
  ['SIGSTOP nursery', 'transcription'],
  ['SIGKILL daemon twice within 3 s', 'midWord'],
  ['worker error sticky', 'midWord'],
  ['corrupt answer (last_id)', 'transcription'],
  ['microphone program dies', 'midWord'],
  ['microphone is held up, then gives all at once', 'midWord'],
  ['microphone gives the doubled rate', 'pause'],
  ['injector exits 1', 'midTyping'],
  ['restart behind a clipboard delivery', 'pause'],
  ['journal disk full', 'midWord'],
  ['suspend and resume', 'transcription'],
  ['two toggles within 50 ms', 'midWord'],
  ['server SIGKILL', 'transcription'],
  ['server shows a certificate of a stranger', 'midWord'],
];

/** Where each word is typed while the next ones are spoken. */
const LIVE_CASES: readonly (readonly [string, MomentName])[] = [
  ['SIGKILL daemon', 'midWord'],
  ['SIGKILL cpu worker', 'transcription'],
  ['injector exits 1', 'midTyping'],
];

async function runNamed(name: string, moment: MomentName, live: boolean): Promise<void> {
  const fault = FAULTS.find((each) => each.name === name);
  if (fault === undefined) throw new Error(`no fault ${name}`);
  const speed = live ? 1.25 : 2;
  const row = await runCase({ fault, moment: MOMENTS[moment], speed, first: 0, live });
  expect(row.flaws, row.log).toEqual([]);
  expect(row.skipped ?? row.account).not.toBeNull();
}

describe('words delivered + words pending = words spoken, each once', () => {
  it.each(CASES)('%s, %s', (name, moment) => runNamed(name, moment, false));
  it.each(LIVE_CASES)('live: %s, %s', (name, moment) => runNamed(name, moment, true));
});
