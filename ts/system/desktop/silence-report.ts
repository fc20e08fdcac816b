import type { AudioSource } from './audio-source.js';

/** Below this a microphone is as good as off. */
const LOW_PERCENT = 5;

/** What to do about a microphone through which nothing comes, or the wrong thing. */
export interface SilenceReport {
  readonly name: string;
  /** Why, where the desktop tells, and what to type. */
  readonly advice: string;
  /** The desktop says why; where it does not, it may be a microphone that is quiet between words. */
  readonly isSure: boolean;
}

/** `program`: the recording program, which is all there is to name where the sound server tells nothing. */
export function explainSilence(source: AudioSource | null, program: string): SilenceReport {
  const name = source?.description ?? program;
  const sure = (advice: string) => ({ name, advice, isSure: true });
  if (source?.isMuted === true) {
    return sure(`it is muted: type \`pactl set-source-mute ${address(source)} 0\``);
  }
  if (source?.isMonitor === true) return sure(MONITOR);
  const volume = source?.volumePercent ?? null;
  if (volume !== null && volume < LOW_PERCENT) {
    return sure(
      `its level is ${volume} %: type \`pactl set-source-volume ${address(source)} 80%\``,
    );
  }
  const advice = 'switch it on, or choose another input in the sound settings (pavucontrol)';
  return { name, advice, isSure: false };
}

/** What pactl calls it. */
function address(source: AudioSource | null): string {
  return source === null || source.isDefault ? '@DEFAULT_SOURCE@' : source.name;
}

const MONITOR =
  'it is a monitor, which hears the loudspeakers: choose the microphone, `pactl set-default-source NAME`';

/** One line for a default source that is no microphone; null for one that is. */
export function explainMonitor(source: AudioSource | null): string | null {
  return source?.isMonitor === true ? `microphone: ${source.description}: ${MONITOR}` : null;
}

/** One line for a microphone whose sound is cut off because it is too loud. */
export function explainOverdrive(source: AudioSource | null): string {
  const name = source?.description ?? 'microphone';
  const level = source?.volumePercent ?? null;
  const now = level === null ? '' : ` (its level is ${level} %)`;
  return `${name} is overdriven, words may be wrong${now}: type \`pactl set-source-volume ${address(source)} 50%\``;
}
