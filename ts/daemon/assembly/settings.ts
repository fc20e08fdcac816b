import { availableParallelism } from 'node:os';
import type { Config } from '../../config/config.js';
import { isCanaryOnCpu, spokenCommands } from '../../config/derived.js';
import { isEnglish, type Spoken } from '../../domain/language.js';
import type { LevelThresholds, PolicySettings } from '../../domain/policy-settings.js';
import { thresholdsFor } from '../../policy/memory/levels.js';
import { DEFAULT_SETTINGS } from '../../policy/state/settings.js';
import type { TextWishes } from '../../protocol/worker/worker.js';
import type { SegmenterSettings } from '../../speech/marks.js';
import type { ApplyOptions } from '../../voice/apply.js';
import type { DeviceChoice } from './choose-card.js';

/** Between speech and silence the voice probability must fall this much below the threshold. */
const HYSTERESIS = 0.15;
const PRE_ROLL_S = 0.4;
const POST_ROLL_S = 0.25;
/** Two frames. A pause of this length is worth a look where words are typed before the sentence is over: bench/README.md. */
const EARLY_POST_ROLL_S = 0.06;
/**
 * The same where there are looks at speech that goes on: a guess at a pause that is none takes the place of one. And for
 * Canary, which was measured with so much silence behind the words: the tiny one mishears their ends with less.
 */
const PATIENT_POST_ROLL_S = 0.19;
/** Two frames: a click is shorter, the shortest word is not. */
const MIN_SPEECH_S = 0.064;

/** How live speech is cut. `onCard`: a model on a card hears it. */
export function segmenterSettings(config: Config, onCard = false): SegmenterSettings {
  const { threshold, silenceDurationS, endpointing, maxUtteranceS } = config.vad;
  const early = isEarly(config);
  const live = early && config.inject.live;
  const isPatient = live || onCard || isCanaryOnCpu(config);
  const earlyPostRollS = isPatient ? PATIENT_POST_ROLL_S : EARLY_POST_ROLL_S;
  const postRollS = early ? earlyPostRollS : POST_ROLL_S;
  return {
    threshold,
    releaseThreshold: Math.max(0.05, threshold - HYSTERESIS),
    endpointing,
    early,
    live,
    silenceDurationS,
    preRollS: PRE_ROLL_S,
    postRollS: Math.min(postRollS, silenceDurationS),
    minSpeechS: MIN_SPEECH_S,
    maxUtteranceS,
  };
}

/** What goes into the clipboard goes there whole: the next part would take its place. */
function isEarly({ vad, inject }: Config): boolean {
  const { early, sink } = inject;
  return early && sink !== 'clipboard' && vad.speculation && vad.endpointing === 'adaptive';
}

/**
 * How files are cut: at long pauses only, with all of the silence around them that a recogniser may want,
 * and with an ear that rather hears too much: nobody waits for the text.
 */
export function fileSegmenterSettings(config: Config): SegmenterSettings {
  const live = segmenterSettings(config);
  return {
    ...live,
    threshold: Math.min(live.threshold, 0.35),
    releaseThreshold: Math.min(live.releaseThreshold, 0.2),
    endpointing: 'fixed',
    early: false,
    live: false,
    silenceDurationS: Math.max(1.2, live.silenceDurationS),
    preRollS: 1,
    postRollS: 1,
  };
}

/** The policy's settings for this configuration and card. */
export function policySettings(
  config: Config,
  device: DeviceChoice,
  totalMb: number | null,
): PolicySettings {
  return {
    ...DEFAULT_SETTINGS,
    device: device.kind === 'sim' ? 'cuda' : device.kind,
    keepCpuWarm: config.gpu.keepCpuWarm,
    idleS: 60 * config.gpu.idleMinutes,
    patienceS: config.gpu.patienceS,
    thresholds:
      totalMb === null || !hasLimits(config) ? null : configuredThresholds(config, totalMb),
  };
}

function hasLimits({ gpu }: Config): boolean {
  return [...Object.values(gpu.limitsMb), ...Object.values(gpu.limitsPercent)].some(
    (limit) => limit !== null,
  );
}

/** The levels of a card of this size as the configuration wants them. */
function configuredThresholds(config: Config, totalMb: number): LevelThresholds {
  const { limitsMb, limitsPercent } = config.gpu;
  const derived = thresholdsFor(totalMb, null);
  const limit = (name: 'warning' | 'critical' | 'guard' | 'emergency', otherwise: number) => {
    const percent = limitsPercent[name];
    return limitsMb[name] ?? (percent === null ? otherwise : (percent / 100) * totalMb);
  };
  return {
    warningMb: limit('warning', derived.warningMb),
    criticalMb: limit('critical', derived.criticalMb),
    guardMb: limit('guard', derived.guardMb),
    emergencyMb: limit('emergency', derived.emergencyMb),
  };
}

/** More gain nothing. */
const MOST_THREADS = 4;

/** Threads of a large model on the CPU: all cores of a small machine, four of a large one. */
export function engineThreads(config: Config): number {
  return config.stt.threads ?? Math.min(MOST_THREADS, availableParallelism());
}

/**
 * Threads of the embedded engine. Its decoder takes small steps, and threads that wait for each other in each of them cost
 * more than they bring: one thread for each two processors that the system counts (bench/README.md).
 */
export function embeddedThreads(wanted: number | null): number {
  const each = Math.floor(availableParallelism() / 2);
  return wanted ?? Math.max(1, Math.min(MOST_THREADS, each));
}

/** What is done with each text. */
export function voiceCommands(
  config: Config,
  replacements: ReadonlyMap<string, string>,
): ApplyOptions {
  const written = config.voice.punctuation === 'automatic';
  return { mode: spokenCommands(config), replacements, ...(written ? { written } : {}) };
}

/** Whether "scratch that" is a command. */
export function canScratch(config: Config): boolean {
  return config.voice.scratchThat && spokenCommands(config) !== 'off';
}

/** What is wanted of each text. */
export function textWishes({ stt, voice }: Config, vocabulary: readonly string[]): TextWishes {
  return {
    ...languageWishes(stt),
    ...(voice.punctuation === 'automatic' ? { written: true } : {}),
    ...(vocabulary.length > 0 ? { vocabulary } : {}),
  };
}

/** Nothing where all is English. */
export function languageWishes(spoken: Spoken): Pick<TextWishes, 'language' | 'translate_to'> {
  if (isEnglish(spoken)) return {};
  const { language, translateTo } = spoken;
  return { language, ...(translateTo === null ? {} : { translate_to: translateTo }) };
}
