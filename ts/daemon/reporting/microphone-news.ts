import type { MicrophoneState } from '../../capture/source.js';
import type { SilenceReport } from '../../system/desktop/silence-report.js';
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
  const message = `microphone: ${state.program} ${state.reason}, trying again`;
  warnings.tell('microphone_lost', message);
}
