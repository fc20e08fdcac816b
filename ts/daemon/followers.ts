import type { Config } from '../config/config.js';
import type { MetricsHub } from '../control/metrics-hub.js';
import type { DaemonState } from '../domain/state.js';
import type { MetricsStore } from '../store/metrics-store.js';
import { epochS } from '../system/clock.js';
import type { EventTopic } from './core.js';
import type { SessionFigures, SessionFollowers, UtteranceReport } from './sessions.js';

export interface FollowerPorts {
  readonly hub: MetricsHub;
  /** Null where metrics are switched off: sessions are then only counted. */
  readonly store: MetricsStore | null;
  readonly config: Config;
  publish(topic: EventTopic, payload: Record<string, unknown>): void;
  warn(code: string, message: string): void;
  gpu(): { readonly usedMb: number; readonly percent: number };
  cpuPercent(): number;
}

/** Tells sessions and utterances to the metrics sockets, the database and the event stream. */
export function createFollowers(ports: FollowerPorts): SessionFollowers & {
  /** The second-by-second line while recording. */
  update(state: DaemonState, figures: SessionFigures): void;
} {
  const { hub, store, publish } = ports;
  const gpuMb: number[] = [];
  let counted = 0;
  const update = (state: DaemonState, figures: SessionFigures) => {
    const gpu = ports.gpu();
    gpuMb.push(gpu.usedMb);
    if (gpuMb.length > 3_600) gpuMb.shift();
    hub.update({
      state,
      sessionId: figures.session,
      segments: figures.segments,
      words: figures.words,
      wpm: figures.wpm,
      durationS: figures.durationS,
      latencyMs: figures.latencyMs,
      gpuMemoryMb: gpu.usedMb,
      gpuMemoryPercent: gpu.percent,
      cpuPercent: ports.cpuPercent(),
    });
  };
  return {
    startSession() {
      counted += 1;
      return store?.startSession(epochS()) ?? counted;
    },
    sessionStarted(session) {
      gpuMb.length = 0;
      hub.sessionStart(session);
    },
    utterance(report, figures) {
      const { text, totalMs, words } = report;
      hub.transcription({ text, wpm: figures.wpm, latencyMs: totalMs, words });
      update('recording', figures);
      store?.addSegment(toSegmentRow(report));
      publish('transcription', describe(report));
      warnIfSlow(report, ports);
    },
    sessionEnded(session) {
      store?.endSession(session, epochS(), {
        gpuPeakMb: Math.max(0, ...gpuMb),
        gpuMeanMb: gpuMb.length > 0 ? gpuMb.reduce((sum, mb) => sum + mb, 0) / gpuMb.length : 0,
      });
      hub.sessionEnd(session);
    },
    stateChanged: (state) => hub.setState(state),
    update,
  };
}

function toSegmentRow(report: UtteranceReport) {
  return {
    sessionId: report.session,
    timestampS: epochS(),
    durationS: report.seconds,
    words: report.words,
    characters: report.characters,
    text: report.text,
    vadLatencyMs: Math.max(0, report.pauseToTextMs - report.totalMs),
    audioSaveLatencyMs: 0,
    sttLatencyMs: report.sttMs,
    transformLatencyUs: report.transformUs,
    injectionLatencyMs: report.injectionMs,
    totalLatencyMs: report.totalMs,
    transformations: report.transformations,
    keyboardActions: report.keys,
  };
}

function describe(report: UtteranceReport): Record<string, unknown> {
  return {
    session_id: report.session,
    text: report.text,
    words: report.words,
    audio_s: report.seconds,
    device: report.device,
    engine: report.engine,
    stt_ms: report.sttMs,
    latency_ms: report.totalMs,
    pause_to_text_ms: report.pauseToTextMs,
    injection_ms: report.injectionMs,
    transform_us: report.transformUs,
  };
}

function warnIfSlow(report: UtteranceReport, ports: FollowerPorts): void {
  const { enabled, highLatencyThresholdMs } = ports.config.metricsWarnings;
  if (!enabled || report.totalMs <= highLatencyThresholdMs) return;
  ports.store?.countEvent('high_latency_warnings');
  ports.warn(
    'high_latency',
    `text came ${Math.round(report.totalMs)} ms after the pause (limit ${highLatencyThresholdMs} ms)`,
  );
}
