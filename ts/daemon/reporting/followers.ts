import type { Config } from '../../config/config.js';
import type { MetricsHub } from '../../control/metrics-hub.js';
import type { DaemonState } from '../../domain/state.js';
import type { EventTopic } from '../../protocol/command/events.js';
import type { MetricsStore } from '../../store/metrics-store.js';
import { epochS } from '../../system/clock.js';
import type { SessionFigures, SessionFollowers, UtteranceReport } from '../delivery/sessions.js';
import { DelayTrend } from './delay-trend.js';

export interface FollowerPorts {
  readonly hub: MetricsHub;
  /** Null where metrics are switched off: sessions are then only counted. */
  readonly store: MetricsStore | null;
  config(): Config;
  publish(topic: EventTopic, payload: Record<string, unknown>): void;
  warn(code: string, message: string): void;
  /** One line for the log. */
  tell(message: string): void;
  /** For the history. */
  delivered(report: UtteranceReport): void;
  gpu(): { readonly usedMb: number; readonly percent: number; readonly simulated: boolean };
  cpuPercent(): number;
}

/** Tells sessions and utterances to the metrics sockets, the database and the event stream. */
export function createFollowers(ports: FollowerPorts): SessionFollowers & {
  /** The second-by-second line while recording. */
  update(state: DaemonState, figures: SessionFigures): void;
} {
  const { hub, store, publish } = ports;
  const gpuMb: number[] = [];
  const cpuPercent: number[] = [];
  const delays = new DelayTrend();
  let counted = 0;
  const update = (state: DaemonState, figures: SessionFigures) => {
    const gpu = ports.gpu();
    // The database has no column that could say "simulated", so it gets figures of real cards only.
    if (!gpu.simulated) gpuMb.push(gpu.usedMb);
    if (gpuMb.length > 3_600) gpuMb.shift();
    warnIfCardFull(gpu.percent, ports);
    cpuPercent.push(ports.cpuPercent());
    if (cpuPercent.length > 3_600) cpuPercent.shift();
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
      cpuPercent.length = 0;
      hub.sessionStart(session);
    },
    utterance(report, figures) {
      const { text, totalMs, words } = report;
      hub.transcription({ text, wpm: figures.wpm, latencyMs: totalMs, words });
      update('recording', figures);
      store?.addSegment(toSegmentRow(report, figures));
      ports.delivered(report);
      publish('transcription', describe(report));
      tellFigures(report, figures, ports);
      warnIfSlow(report, ports);
      warnIfSlower(report, delays, ports);
    },
    sessionEnded(session, { durationS }) {
      const cpu = summary(cpuPercent);
      const gpu = summary(gpuMb);
      store?.endSession(session, epochS(), {
        durationS,
        gpuPeakMb: gpu.peak,
        gpuMeanMb: gpu.mean,
        cpuPeakPercent: cpu.peak,
        cpuMeanPercent: cpu.mean,
      });
      hub.sessionEnd(session);
    },
    stateChanged: (state) => hub.setState(state),
    update,
  };
}

function summary(values: readonly number[]): { readonly peak: number; readonly mean: number } {
  if (values.length === 0) return { peak: 0, mean: 0 };
  return {
    peak: Math.max(...values),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
  };
}

function warnIfCardFull(percent: number, ports: FollowerPorts): void {
  const { enabled, gpuMemoryThresholdPercent: limit } = ports.config().metricsWarnings;
  if (!enabled || percent < limit) return;
  ports.warn('gpu_memory', `the card is ${Math.round(percent)} % full (limit ${limit} %)`);
}

function toSegmentRow(report: UtteranceReport, { durationS }: SessionFigures) {
  return {
    sessionId: report.session,
    timestampS: epochS(),
    sessionS: durationS,
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
    ear_ms: report.stages.earMs,
    endpoint_ms: report.stages.endpointMs,
    queue_ms: report.stages.queueMs,
    engine_wait_ms: report.stages.engineWaitMs,
    overhead_ms: report.stages.overheadMs,
    speculated: report.speculated,
    start_s: report.startS,
    voice_end_s: report.voiceEndAtS,
  };
}

function warnIfSlow(report: UtteranceReport, ports: FollowerPorts): void {
  const { enabled, highLatencyThresholdMs } = ports.config().metricsWarnings;
  if (!enabled || report.totalMs <= highLatencyThresholdMs) return;
  ports.store?.countEvent('high_latency_warnings');
  ports.warn(
    'high_latency',
    `text came ${Math.round(report.totalMs)} ms after the pause (limit ${highLatencyThresholdMs} ms)`,
  );
}

/** Texts come later than they used to, however fast that still is. */
function warnIfSlower(report: UtteranceReport, delays: DelayTrend, ports: FollowerPorts): void {
  const { enabled, degradationMultiplier } = ports.config().metricsWarnings;
  const slow = delays.add(report.totalMs, degradationMultiplier);
  if (!enabled || slow === null) return;
  const [now, usual] = [Math.round(slow.nowMs), Math.round(slow.usualMs)];
  ports.warn('degradation', `texts come ${now} ms after the pause now, ${usual} ms before`);
}

/** What was said stands in the log only where the person asked for that. */
function tellFigures(
  { words, totalMs, text }: UtteranceReport,
  { wpm }: SessionFigures,
  { config, tell }: FollowerPorts,
): void {
  const figures = `${words} words, ${Math.round(wpm)} wpm, ${Math.round(totalMs)} ms after the pause`;
  const { log, metrics } = config();
  if (log.text) tell(`${figures}: ${text}`);
  else if (metrics.showRealtimeFeedback) tell(figures);
}
