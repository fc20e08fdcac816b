import type { Config } from '../config/config.js';

/** What a running daemon takes from a file that changed; everything else waits for its next start. */
const LIVE_KEYS: ReadonlySet<string> = new Set([
  '[vad] threshold',
  '[vad] silence_duration',
  '[vad] endpointing',
  '[vad] max_utterance_s',
  '[audio] device',
  '[voice] commands',
  '[voice] punctuation',
  '[voice] scratch_that',
  '[inject] same_window',
  '[inject] early',
  '[inject] live',
  '[notifications] enabled',
  '[notifications] sounds',
  '[metrics] show_realtime_feedback',
  '[metrics.warnings] enabled',
  '[metrics.warnings] high_latency_threshold_ms',
  '[metrics.warnings] gpu_memory_threshold_percent',
  '[metrics.warnings] degradation_multiplier',
  '[metrics.warnings] accuracy_spike_multiplier',
  '[log] text',
]);

/** Whether a running daemon takes a change of this key, named `[section] key`. @forTests */
export function isLiveKey(name: string): boolean {
  return LIVE_KEYS.has(name);
}

/** The keys that two readings differ in, by what a running daemon does about them. */
export function compareConfigs(
  before: Config,
  after: Config,
): { readonly live: readonly string[]; readonly atNextStart: readonly string[] } {
  const changed = [...after.values].filter(([key, value]) => before.values.get(key) !== value);
  const names = changed.map(([key]) => key);
  return {
    live: names.filter(isLiveKey),
    atNextStart: names.filter((name) => !isLiveKey(name)),
  };
}

/** `running` with the live keys of `read`. */
export function takeLiveKeys(running: Config, read: Config): Config {
  return {
    ...running,
    vad: { ...read.vad, speculation: running.vad.speculation },
    audio: read.audio,
    voice: { ...read.voice, replacements: running.voice.replacements },
    inject: { ...running.inject, ...pickLive(read.inject) },
    notifications: read.notifications,
    metrics: {
      ...running.metrics,
      showRealtimeFeedback: read.metrics.showRealtimeFeedback,
    },
    metricsWarnings: read.metricsWarnings,
    log: { ...running.log, text: read.log.text },
  };
}

function pickLive({ sameWindow, early, live }: Config['inject']): Partial<Config['inject']> {
  return { sameWindow, early, live };
}
