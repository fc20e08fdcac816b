import type { z } from 'zod';
import type { SECTIONS } from './keys.js';

type Section<N extends keyof typeof SECTIONS> = z.infer<(typeof SECTIONS)[N]>;

/** Four limits of card memory in use; null: derived from the card. */
export interface CardLimits {
  readonly warning: number | null;
  readonly critical: number | null;
  readonly guard: number | null;
  readonly emergency: number | null;
}

/** Everything that the file can say, checked, with defaults, paths absolute and units in the names. */
export interface Config {
  /** The file it was read from, or would be. */
  readonly file: string;
  /** What a person should know about the file: older keys, a folder that can't be written. */
  readonly notes: readonly string[];
  /** The value of each key as it stands in a file, by `[section] key`: what two readings of the file differ in. */
  readonly values: ReadonlyMap<string, string>;
  readonly audio: {
    /** Name, part of a name or number of an input; empty: the desktop's choice. */
    readonly device: string;
  };
  readonly vad: {
    readonly threshold: number;
    readonly silenceDurationS: number;
    readonly endpointing: Section<'vad'>['endpointing'];
    readonly speculation: boolean;
    readonly maxUtteranceS: number;
  };
  readonly stt: {
    /** A hub name or an absolute path. */
    readonly model: string;
    /** The same for the smaller rung; null: there is none. */
    readonly smallModel: string | null;
    readonly cpuEngine: Section<'stt'>['cpu_engine'];
    /** What is spoken. */
    readonly language: Section<'stt'>['language'];
    /** What the text is to be; null: the language that is spoken. */
    readonly translateTo: Section<'stt'>['translate_to'];
    /** A file of words and phrases that are expected; null: none. */
    readonly vocabulary: string | null;
    /** Longest stretch that is recognised for live text. */
    readonly totalBufferS: number;
    /** Null: chosen by the machine. */
    readonly threads: number | null;
  };
  readonly gpu: {
    readonly device: Section<'gpu'>['device'];
    /** In MB of 10^6 bytes; where set they win over percent of the card. */
    readonly limitsMb: CardLimits;
    readonly limitsPercent: CardLimits;
    readonly keepCpuWarm: boolean;
    readonly idleMinutes: number;
    readonly patienceS: number;
  };
  readonly remote: {
    /** Null: no sound leaves this machine. */
    readonly url: string | null;
    readonly model: string;
    readonly apiKeyFile: string | null;
    readonly caFile: string | null;
    readonly order: Section<'remote'>['order'];
  };
  readonly voice: {
    /** Null: not set, which `spokenCommands` answers. */
    readonly commands: Section<'voice'>['commands'];
    readonly punctuation: Section<'voice'>['punctuation'];
    readonly scratchThat: boolean;
    readonly replacements: string | null;
  };
  /** `sink` is one of the names or `file:` with an absolute path. */
  readonly inject: {
    readonly sink: string;
    readonly timeoutMs: number;
    /** `auto`, or a chord. */
    readonly pasteKeys: string;
    readonly sameWindow: boolean;
    readonly early: boolean;
    readonly live: boolean;
  };
  /** Keys of the whole desktop as they are written; empty: none. */
  readonly hotkeys: { readonly toggle: string; readonly pushToTalk: string };
  readonly journal: { readonly quotaMb: number; readonly keepDeliveredHours: number };
  readonly notifications: { readonly enabled: boolean; readonly sounds: boolean };
  readonly metrics: {
    readonly enabled: boolean;
    readonly databasePath: string;
    readonly showRealtimeFeedback: boolean;
    readonly typingBaselineWpm: number;
    readonly storeTranscriptionText: boolean;
    /** 0: no history is kept. */
    readonly historyDays: number;
  };
  readonly metricsWarnings: {
    readonly enabled: boolean;
    readonly highLatencyThresholdMs: number;
    readonly gpuMemoryThresholdPercent: number;
    readonly degradationMultiplier: number;
    readonly accuracySpikeMultiplier: number;
  };
  readonly metricsCleanup: {
    readonly autoCleanupEnabled: boolean;
    readonly maxSegmentAgeDays: number;
    readonly warnDbSizeMb: number;
  };
  readonly control: {
    readonly socketPath: string;
    readonly socketPathV2: string;
    readonly metricsSocketPath: string;
    readonly metricsSocketPathV2: string;
    readonly zeromqCommand: string;
    readonly zeromqEvents: string;
  };
  readonly log: { readonly level: Section<'log'>['level']; readonly text: boolean };
}
