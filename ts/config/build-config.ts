import type { z } from 'zod';
import type { Paths } from '../system/paths.js';
import type { Config } from './config.js';
import type { ExpandPath } from './expand-path.js';
import { SECTIONS } from './keys.js';
import { readSection } from './read-section.js';
import { notesOf } from './values.js';

/** Reads every section and turns it into the typed configuration; throws a Problem at the first flaw. */
export function buildConfig(
  file: string,
  root: Readonly<Record<string, unknown>>,
  paths: Paths,
  expand: ExpandPath,
): Omit<Config, 'notes'> {
  return {
    file,
    values: readValues(file, root),
    audio: readSection(file, 'audio', SECTIONS.audio, root),
    ...buildSpeech(file, root, expand),
    gpu: buildGpu(file, root),
    remote: buildRemote(file, root, expand),
    ...buildOutput(file, root, expand),
    ...buildMetrics(file, root, paths, expand),
    control: buildControl(file, root, paths, expand),
  };
}

type Root = Readonly<Record<string, unknown>>;

/** A key that is not set counts as its derived default, as the written file shows it. */
function readValues(file: string, root: Root): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [section, schema] of Object.entries(SECTIONS)) {
    const shape: Readonly<Record<string, z.ZodType>> = schema.shape;
    for (const [key, value] of Object.entries(readSection(file, section, schema, root))) {
      const kind = shape[key];
      const derived = kind === undefined ? undefined : notesOf(kind).shown;
      const shown = value === null ? derived : undefined;
      values.set(`[${section}] ${key}`, shown ?? JSON.stringify(value));
    }
  }
  return values;
}

function buildSpeech(file: string, root: Root, expand: ExpandPath) {
  const vad = readSection(file, 'vad', SECTIONS.vad, root);
  const stt = readSection(file, 'stt', SECTIONS.stt, root);
  const voice = readSection(file, 'voice', SECTIONS.voice, root);
  const { replacements } = voice;
  const model = (key: 'model' | 'small_model', value: string) =>
    /^[~./$]|\.nemo$/.test(value) ? expand('stt', key, value) : value;
  return {
    vad: {
      threshold: vad.threshold,
      silenceDurationS: vad.silence_duration,
      endpointing: vad.endpointing,
      speculation: vad.speculation,
      maxUtteranceS: vad.max_utterance_s,
    },
    stt: {
      model: model('model', stt.model),
      smallModel: stt.small_model && model('small_model', stt.small_model),
      cpuEngine: stt.cpu_engine,
      language: stt.language,
      translateTo: stt.translate_to === stt.language ? null : stt.translate_to,
      vocabulary: stt.vocabulary && expand('stt', 'vocabulary', stt.vocabulary),
      totalBufferS: stt.total_buffer_s,
      threads: stt.threads === 0 ? null : stt.threads,
    },
    voice: {
      commands: voice.commands,
      punctuation: voice.punctuation,
      scratchThat: voice.scratch_that,
      replacements: replacements && expand('voice', 'replacements', replacements),
    },
  };
}

function buildGpu(file: string, root: Root): Config['gpu'] {
  const gpu = readSection(file, 'gpu', SECTIONS.gpu, root);
  return {
    device: gpu.device,
    limitsMb: {
      warning: gpu.warning_mb,
      critical: gpu.critical_mb,
      guard: gpu.guard_mb,
      emergency: gpu.emergency_mb,
    },
    limitsPercent: {
      warning: gpu.warning_percent,
      critical: gpu.critical_percent,
      guard: gpu.guard_percent,
      emergency: gpu.emergency_percent,
    },
    keepCpuWarm: gpu.keep_cpu_warm,
    idleMinutes: gpu.idle_minutes,
    patienceS: gpu.patience_s,
  };
}

function buildRemote(file: string, root: Root, expand: ExpandPath): Config['remote'] {
  const remote = readSection(file, 'remote', SECTIONS.remote, root);
  const { url, model, order, api_key_file: keyFile, ca_file: caFile } = remote;
  return {
    ...{ url, model, order },
    apiKeyFile: keyFile && expand('remote', 'api_key_file', keyFile),
    caFile: caFile && expand('remote', 'ca_file', caFile),
  };
}

function buildOutput(file: string, root: Root, expand: ExpandPath) {
  const inject = readSection(file, 'inject', SECTIONS.inject, root);
  const hotkeys = readSection(file, 'hotkeys', SECTIONS.hotkeys, root);
  const journal = readSection(file, 'journal', SECTIONS.journal, root);
  const { sink } = inject;
  const sinkFile = sink.startsWith('file:') ? sink.slice('file:'.length) : null;
  return {
    inject: {
      sink: sinkFile === null ? sink : `file:${expand('inject', 'sink', sinkFile)}`,
      timeoutMs: inject.timeout_ms,
      pasteKeys: inject.paste_keys,
      sameWindow: inject.same_window,
      early: inject.early,
      live: inject.live,
    },
    hotkeys: { toggle: hotkeys.toggle, pushToTalk: hotkeys.push_to_talk },
    journal: { quotaMb: journal.quota_mb, keepDeliveredHours: journal.keep_delivered_hours },
    notifications: readSection(file, 'notifications', SECTIONS.notifications, root),
    log: readSection(file, 'log', SECTIONS.log, root),
  };
}

function buildMetrics(file: string, root: Root, paths: Paths, expand: ExpandPath) {
  const metrics = readSection(file, 'metrics', SECTIONS.metrics, root);
  const warnings = readSection(file, 'metrics.warnings', SECTIONS['metrics.warnings'], root);
  const cleanup = readSection(file, 'metrics.cleanup', SECTIONS['metrics.cleanup'], root);
  const database = metrics.database_path;
  return {
    metrics: {
      enabled: metrics.enabled,
      databasePath:
        database === null ? paths.databaseFile : expand('metrics', 'database_path', database),
      showRealtimeFeedback: metrics.show_realtime_feedback,
      typingBaselineWpm: metrics.typing_baseline_wpm,
      storeTranscriptionText: metrics.store_transcription_text,
      historyDays: metrics.history_days,
    },
    metricsWarnings: {
      enabled: warnings.enabled,
      highLatencyThresholdMs: warnings.high_latency_threshold_ms,
      gpuMemoryThresholdPercent: warnings.gpu_memory_threshold_percent,
      degradationMultiplier: warnings.degradation_multiplier,
      accuracySpikeMultiplier: warnings.accuracy_spike_multiplier,
    },
    metricsCleanup: {
      autoCleanupEnabled: cleanup.auto_cleanup_enabled,
      maxSegmentAgeDays: cleanup.max_segment_age_days,
      warnDbSizeMb: cleanup.warn_db_size_mb,
    },
  };
}

function buildControl(
  file: string,
  root: Root,
  paths: Paths,
  expand: ExpandPath,
): Config['control'] {
  const control = readSection(file, 'control', SECTIONS.control, root);
  const path = (key: string, value: string) => expand('control', key, value);
  const endpoint = (key: string, value: string) =>
    value.startsWith('ipc://') ? `ipc://${path(key, value.slice('ipc://'.length))}` : value;
  const { socket_path_v2, metrics_socket_path_v2, zeromq_command, zeromq_events } = control;
  return {
    socketPath: path('socket_path', control.socket_path),
    socketPathV2: path('socket_path_v2', socket_path_v2 ?? paths.controlSocket2),
    metricsSocketPath: path('metrics_socket_path', control.metrics_socket_path),
    metricsSocketPathV2: path(
      'metrics_socket_path_v2',
      metrics_socket_path_v2 ?? paths.metricsSocket2,
    ),
    zeromqCommand: endpoint(
      'zeromq_command',
      zeromq_command ?? `ipc://${paths.runtimeDir}/command`,
    ),
    zeromqEvents: endpoint('zeromq_events', zeromq_events ?? `ipc://${paths.runtimeDir}/events`),
  };
}
