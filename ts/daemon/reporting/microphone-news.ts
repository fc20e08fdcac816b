import type { MicrophoneState } from '../../capture/source.js';
import type { SilenceReport } from '../../system/desktop/silence-report.js';
import { RAISE_FILE_LIMIT } from '../../system/process/open-files.js';
import type { InputNews } from '../hearing/chosen-input.js';
import type { Notices } from './notices.js';
import type { Warnings } from './warnings.js';

interface Told {
  readonly notices: Notices;
  readonly warnings: Warnings;
}

/** Nothing is heard although somebody records: one line and one notice, with what to do. */
export function tellSilence({ notices, warnings }: Told, report: SilenceReport | null): void {
  if (report === null) return;
  const { name, advice } = report;
  warnings.tell('no_sound', `no sound from ${name}: ${advice}`);
  notices.noSound(name, advice);
}

/** The recording program came, went, or is waited for. */
export function tellMicrophone({ notices, warnings }: Told, state: MicrophoneState): void {
  notices.microphone(state);
  if (state.kind !== 'lost') return;
  const message = `microphone: ${whyLost(state)}, trying again`;
  warnings.tell('microphone_lost', message);
}

/** Which program gives nothing any more, and why. */
export function whyLost({ program, reason }: Extract<MicrophoneState, { kind: 'lost' }>): string {
  if (reason === 'no_files') return `${program} could not be started: ${RAISE_FILE_LIMIT}`;
  return `${program} ${reason}`;
}

/** The input that `[audio] device` names was pulled out, or put in again. */
export function tellInput({ notices, warnings }: Told, news: InputNews): void {
  notices.input(news);
  if (news.kind === 'back') {
    warnings.tell('microphone_back', `microphone: ${news.name} is back and records again`);
    return;
  }
  const instead = news.instead ?? 'the one that the desktop chooses';
  const message = `microphone: ${news.name} ([audio] device) is not there, ${instead} records until it is: type \`swictation microphones\``;
  warnings.tell('microphone_gone', message);
}
