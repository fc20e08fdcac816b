import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSource } from '../capture/open.js';
import type { MicrophoneState, Source } from '../capture/source.js';
import type { Config } from '../config/config.js';
import { MetricsHub } from '../control/metrics-hub.js';
import type { EventPublisher } from '../control/publish-events.js';
import type { FaultClass } from '../domain/fault.js';
import { Problem } from '../domain/problem.js';
import type { PendingReason } from '../domain/state.js';
import { processFigures } from '../gpu/process-figures.js';
import { createSink } from '../inject/create.js';
import type { Sink } from '../inject/sink.js';
import { openJournal } from '../journal/open.js';
import type { OpenedJournal } from '../journal/types.js';
import type { Snapshot } from '../protocol/snapshot.js';
import type { MetricsStore } from '../store/metrics-store.js';
import { openTolerantStore } from '../store/tolerant-store.js';
import { epochS, monotonicS } from '../system/clock.js';
import { acquireDaemonLock } from '../system/lock.js';
import type { Log } from '../system/log.js';
import { createNotifier } from '../system/notify.js';
import { type Paths, projectRoot, pythonCommand } from '../system/paths.js';
import { ensurePrivateDir } from '../system/private-dir.js';
import type { Scope } from '../system/scope.js';
import type { ApplyOptions } from '../voice/apply.js';
import { assembleCore, type CardChoice } from './assemble.js';
import { chooseCard } from './card.js';
import { CardReports } from './card-reports.js';
import { CardWatch } from './card-watch.js';
import { commandHandlers } from './commands.js';
import { openControl, openEvents } from './control.js';
import type { Core } from './core.js';
import type { EventTopic } from './core-ports.js';
import { createFollowers } from './followers.js';
import { Learning } from './learning.js';
import { Notices } from './notices.js';
import type { DaemonOptions, DeviceChoice } from './options.js';
import { openRecord } from './record.js';
import { openReplacements, type ReplacementsFile } from './replacements-file.js';
import { policySettings, segmenterSettings } from './settings.js';
import { finishDictation } from './shutdown.js';
import { followSleep } from './sleep.js';
import { takeSnapshot } from './snapshot.js';

export interface DaemonEnvironment {
  readonly options: DaemonOptions;
  readonly config: Config;
  readonly paths: Paths;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly scope: Scope;
}

const METRICS_MS = 1_000;
const KEPT_WARNINGS = 20;
const REPEAT_S = 60;

/** The running daemon: every real part, wired to the core. */
export class Daemon {
  readonly ended: Promise<number>;
  private end: (code: number) => void = () => {};
  private core: Core | null = null;
  private source: Source | null = null;
  private events: EventPublisher | null = null;
  private microphone: MicrophoneState = { kind: 'idle' };
  private readonly warnings: string[] = [];
  private lastFault: { class: FaultClass; at: number } | null = null;
  private settledWaiters: (() => void)[] = [];
  private sourceEnded = false;
  private stopping = false;
  private failedTexts = 0;
  private cpuPercent = 0;
  private store: MetricsStore | null = null;
  private words: ReplacementsFile | null = null;
  private notices: Notices | null = null;
  private readonly warnedS = new Map<string, number>();
  private readonly cardReports: CardReports;

  constructor(private readonly environment: DaemonEnvironment) {
    this.cardReports = new CardReports(environment.env);
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  /** Opens everything, sockets before models, so that the key works while the model still loads. */
  async open(): Promise<void> {
    const { config, paths, env, scope, log, options } = this.environment;
    pythonCommand(env);
    ensurePrivateDir(paths.stateDir);
    const lock = acquireDaemonLock(paths.lockFile);
    scope.own('lock', () => lock.release());
    ensurePrivateDir(paths.runtimeDir);
    const opened = await this.openJournal();
    const sink = await this.openSink();
    this.source = await this.openSource();
    scope.own('microphone', () => this.source?.close() ?? Promise.resolve());
    this.events = await openEvents(config, scope);
    const device = this.device();
    const card = await chooseCard(device, env, (message) => log.warn(message));
    const core = this.assemble(opened, sink, device, card);
    this.core = core;
    scope.own('workers', () => core.close(), 6_000);
    await this.openControl(core, opened, card);
    await core.start(opened.recovered);
    const { journal } = opened;
    followSleep({ core, journal, env, log, scope, whenSettled: () => this.whenSettled() });
    if (opened.recovered.utterances.length + opened.recovered.unsegmented.length > 0) {
      log.warn('speech of an earlier run was kept: see `swictation pending`');
    }
    if (options.start) core.loop.post(() => core.startRecording());
  }

  /** A clean end; calling it again does nothing. */
  shutdown(code = 0): void {
    if (this.stopping || this.core === null) return;
    this.stopping = true;
    void finishDictation(this.core, () => this.whenSettled()).then(() => this.end(code));
  }

  private device(): DeviceChoice {
    return this.environment.options.device ?? { kind: this.environment.config.gpu.device };
  }

  private async openJournal(): Promise<OpenedJournal> {
    const { config, paths, scope } = this.environment;
    const opened = await openJournal({
      dir: paths.journalDir,
      quotaMb: config.journal.quotaMb,
      keepDeliveredHours: config.journal.keepDeliveredHours,
      onProblem: (problem) => this.warn(problem.code, problem.message),
      nowEpochS: epochS,
    });
    scope.own('journal', () => opened.journal.close(), 5_000);
    for (const line of opened.recovered.repaired) this.warn('journal_repaired', line);
    return opened;
  }

  private async openSink(): Promise<Sink> {
    const { config, env, options, scope } = this.environment;
    const sink = await createSink(options.sink ?? config.inject.sink, {
      env,
      stdout: process.stdout,
      notify: (message) => this.warn('clipboard', message),
      onProblem: (problem) => this.warn(problem.code, problem.message),
    });
    scope.own('sink', () => sink.close());
    return sink;
  }

  private openSource(): Promise<Source> {
    const { env, options } = this.environment;
    return openSource(options.source, {
      pace: options.pace,
      env,
      python: pythonCommand(env),
      workerDir: join(projectRoot(), 'py-worker'),
      onChunk: (pcm) => {
        this.core?.hear(pcm);
        return options.pace === 'fast' ? this.core?.dictation.room() : undefined;
      },
      onEnd: () => this.onSourceEnd(),
      onProblem: (problem) => this.onSourceProblem(problem),
      onState: (state) => this.onMicrophone(state),
    });
  }

  private assemble(
    opened: OpenedJournal,
    sink: Sink,
    device: DeviceChoice,
    card: CardChoice | null,
  ): Core {
    const { config, env, log, options, paths, scope } = this.environment;
    const settings = policySettings(config, device, card?.totalMb ?? null);
    const learning = Learning.in(paths.stateDir, learningKey(config, card));
    const watch = new CardWatch(env, (message) => log.warn(message));
    scope.own('card watch', () => watch.close());
    this.openWords();
    this.openNotices();
    const { core } = assembleCore({
      config,
      device,
      card,
      env,
      socketDir: this.socketDir(),
      speculate: config.vad.speculation && options.pace !== 'fast',
      remembered: learning.recalled,
      ports: {
        journal: opened.journal,
        sink,
        followers: this.openFollowers(),
        log,
        nowS: monotonicS,
        commands: () => this.voiceCommands(),
        segmenterSettings: () => segmenterSettings(config),
        measureElsewhere: () => watch.measure(),
        publish: (topic, payload) => this.publish(topic, payload),
        listen: (on) => this.listen(on),
        record: openRecord(options.record, settings, scope),
        pendingChanged: (reason) => this.onPending(reason),
        workersUnavailable: (problem) => this.warn(problem.code, problem.message),
        settled: () => this.onSettled(learning),
      },
    });
    return core;
  }

  private voiceCommands(): ApplyOptions {
    const { commands: mode } = this.environment.config.voice;
    return { mode, replacements: this.words?.words };
  }

  private openWords(): void {
    const { config, scope } = this.environment;
    const words = openReplacements(config.voice.replacements, (code, message) =>
      this.warn(code, message),
    );
    this.words = words;
    scope.own('own words', () => words.close());
  }

  private openNotices(): void {
    const { config, env, scope } = this.environment;
    const notifier = createNotifier({ env, enabled: config.notifications.enabled });
    this.notices = new Notices(notifier);
    scope.own('notifications', () => notifier.close());
  }

  private openFollowers() {
    const { config, scope } = this.environment;
    this.store = this.openStore();
    const followers = createFollowers({
      hub: this.hub,
      store: this.store,
      config,
      publish: (topic, payload) => this.publish(topic, payload),
      warn: (code, message) => this.warn(code, message),
      gpu: () => this.gpuFigures(),
      cpuPercent: () => this.cpuPercent,
    });
    const timer = setInterval(() => {
      const { core } = this;
      const session = core?.sessions.current ?? null;
      if (core === null || session === null || !core.dictation.isRecording) return;
      void this.measureCpu();
      followers.update('recording', session);
    }, METRICS_MS);
    timer.unref();
    scope.own('metrics timer', () => clearInterval(timer));
    return followers;
  }

  private readonly hub = new MetricsHub();

  private openStore(): MetricsStore | null {
    const { config, scope } = this.environment;
    if (!config.metrics.enabled) return null;
    const store = openTolerantStore(
      config.metrics.databasePath,
      {
        typingWpm: config.metrics.typingBaselineWpm,
        storeText: config.metrics.storeTranscriptionText,
      },
      (problem) => this.warn(problem.code, problem.message),
    );
    scope.own('metrics database', () => store.close());
    if (config.metricsCleanup.autoCleanupEnabled) {
      const { maxSegmentAgeDays, warnDbSizeMb } = config.metricsCleanup;
      const report = store.cleanUp(epochS(), { maxSegmentAgeDays, warnSizeMb: warnDbSizeMb });
      if (report.warning !== null) this.warn('database_size', report.warning);
    }
    return store;
  }

  private async openControl(
    core: Core,
    opened: OpenedJournal,
    card: CardChoice | null,
  ): Promise<void> {
    const { config, scope } = this.environment;
    const handlers = commandHandlers({
      core,
      journal: opened.journal,
      commands: () => this.voiceCommands(),
      simulated: card?.simulated === true,
      snapshot: () => this.snapshot(opened, card),
      shutdown: () => this.shutdown(),
    });
    await openControl(config, scope, {
      core: () => core,
      hub: this.hub,
      commands: {
        async handle(action, fields) {
          const handler = handlers[action];
          if (handler === undefined)
            throw new Problem('unknown_action', `unknown action ${action}`);
          return handler(fields);
        },
      },
      shutdown: () => this.shutdown(),
    });
  }

  private async snapshot(
    opened: OpenedJournal,
    card: CardChoice | null,
  ): Promise<Record<string, unknown>> {
    const { core } = this;
    if (core === null) throw new Problem('starting', 'The daemon is starting');
    const processes = await this.processes(core);
    return {
      ...takeSnapshot({
        core,
        microphone: this.microphone,
        pending: opened.journal.list().length,
        processes,
        warnings: this.warnings,
        lastFault: this.lastFault,
        simulated: card?.simulated === true,
        nowS: monotonicS(),
      }),
      cards: await this.describeCards(card),
    };
  }

  /** What the driver tells of the real cards, for people; null where none is used. */
  private async describeCards(card: CardChoice | null): Promise<Record<string, unknown> | null> {
    if (card === null || card.simulated) return null;
    const report = await this.cardReports.latest();
    return report === null ? null : { ...report };
  }

  private async processes(core: Core): Promise<Snapshot['processes']> {
    const named = [
      { name: 'swictationd', pid: process.pid },
      ...core.workers().flatMap(({ role, pid }) => (pid === null ? [] : [{ name: role, pid }])),
    ];
    const figures = await processFigures(named.map(({ pid }) => pid));
    return named.map(({ name, pid }) => {
      const figure = figures.find((candidate) => candidate.pid === pid);
      return {
        name,
        pid,
        rss_mb: figure?.rssMb ?? null,
        cpu_percent: figure?.cpuPercent ?? null,
      };
    });
  }

  private async measureCpu(): Promise<void> {
    if (this.core === null) return;
    const processes = await this.processes(this.core).catch(() => []);
    this.cpuPercent = processes.reduce((sum, { cpu_percent }) => sum + (cpu_percent ?? 0), 0);
  }

  private gpuFigures(): { usedMb: number; percent: number; simulated: boolean } {
    const memory = this.core?.lastMemory ?? null;
    if (memory === null || memory.total_mb === 0) {
      return { usedMb: 0, percent: 0, simulated: false };
    }
    const usedMb = memory.total_mb - memory.free_mb;
    const percent = (usedMb / memory.total_mb) * 100;
    return { usedMb, percent, simulated: memory.simulated };
  }

  private async listen(on: boolean): Promise<void> {
    const { source } = this;
    if (source === null) return;
    await (on ? source.start() : source.stop()).catch((error: unknown) => {
      if (error instanceof Problem) this.onSourceProblem(error);
      else throw error;
    });
  }

  private onSourceEnd(): void {
    this.sourceEnded = true;
    this.core?.loop.post(() => this.core?.stopRecording());
  }

  private onSourceProblem(problem: Problem): void {
    this.warn(problem.code, problem.message);
    if (this.environment.options.source !== 'mic') this.failedTexts += 1;
  }

  private onMicrophone(state: MicrophoneState): void {
    this.microphone = state;
    this.notices?.microphone(state);
    if (state.kind === 'lost') {
      this.warn('microphone_lost', `microphone: ${state.program} ${state.reason}, trying again`);
    }
  }

  private onPending(reason: PendingReason): void {
    // What an earlier run left, or a person took back, is no failure of this one.
    if (reason !== 'daemon_restarted' && reason !== 'cancelled') this.failedTexts += 1;
    this.notices?.pending();
  }

  /** After each change: learned figures are kept, and whoever waits for quiet looks again. */
  private onSettled(learning: Learning): void {
    const { core } = this;
    if (core === null) return;
    learning.keep(core.driver, monotonicS());
    const waiters = this.settledWaiters;
    this.settledWaiters = [];
    for (const wake of waiters) wake();
    if (!this.environment.options.exitWhenDone || !this.sourceEnded) return;
    if (!core.dictation.isRecording && !core.dictation.isBusy) {
      this.shutdown(this.failedTexts > 0 ? 1 : 0);
    }
  }

  private whenSettled(): Promise<void> {
    return new Promise((resolve) => this.settledWaiters.push(resolve));
  }

  private publish(topic: EventTopic, payload: Record<string, unknown>): void {
    const fault = payload.fault;
    if (topic === 'decision' && isFault(fault)) this.lastFault = { class: fault, at: epochS() };
    if (topic === 'decision') {
      this.count(payload);
      this.notices?.decided(payload.action);
    }
    this.events?.publish(topic, payload);
  }

  /** The original's counters of trouble on the card, over all sessions. */
  private count(payload: Record<string, unknown>): void {
    if (payload.action === 'warn') this.store?.countEvent('memory_pressure_events');
    if (payload.action === 'breaker' && payload.fault !== null) {
      this.store?.countEvent('cuda_errors_total');
    }
    if (payload.action === 'transcribe' && payload.fault !== null) {
      this.store?.countEvent('cuda_errors_recovered');
    }
  }

  private warn(code: string, message: string): void {
    if (this.isRecent(code, message)) return;
    this.environment.log.warn(message, { code });
    this.warnings.push(message);
    if (this.warnings.length > KEPT_WARNINGS) this.warnings.shift();
    this.events?.publish('warning', { code, message });
  }

  /** The same warning again within a minute helps nobody. */
  private isRecent(code: string, message: string): boolean {
    const nowS = monotonicS();
    const key = code === 'gpu_memory' ? code : message;
    const before = this.warnedS.get(key) ?? Number.NEGATIVE_INFINITY;
    if (this.warnedS.size > 1_000) this.warnedS.clear();
    if (nowS - before < REPEAT_S) return true;
    this.warnedS.set(key, nowS);
    return false;
  }

  /** Worker sockets: in the runtime folder where its path is short enough for a unix socket. */
  private socketDir(): string {
    const { paths, scope } = this.environment;
    if (paths.runtimeDir.length < 90) return paths.runtimeDir;
    const folder = mkdtempSync(join(tmpdir(), 'swictation-'));
    scope.own('socket folder', () => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }
}

function isFault(value: unknown): value is FaultClass {
  return typeof value === 'string' && value !== 'dead';
}

function learningKey(config: Config, card: CardChoice | null): string {
  return `${card?.totalMb ?? 0}/${card?.simulated ?? false}/${config.stt.model}/fp16`;
}
