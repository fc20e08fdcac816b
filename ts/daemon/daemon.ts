import { MetricsHub } from '../control/metrics-hub.js';
import type { Problem } from '../domain/problem.js';
import type { PendingReason } from '../domain/state.js';
import { monotonicS } from '../system/clock.js';
import { focusedWindow } from '../system/desktop/window/focused-window.js';
import { acquireDaemonLock } from '../system/lock.js';
import { ensurePrivateDir } from '../system/private-dir.js';
import { endLeftovers } from '../system/process/process.js';
import { pythonCommand } from '../system/python/environment.js';
import type { ApplyOptions } from '../voice/apply.js';
import { type Assembled, assembleCore } from './assembly/assemble.js';
import { chooseCard, type DeviceChoice } from './assembly/choose-card.js';
import { canScratch, segmenterSettings, textWishes, voiceCommands } from './assembly/settings.js';
import { CardUse } from './card-use.js';
import type { Core } from './core/core.js';
import { openRecord, type RunRecord } from './core/record.js';
import { SettledSignal } from './core/settled-signal.js';
import { ExitWhenDone } from './exit-when-done.js';
import { AudioInput } from './hearing/audio-input.js';
import { answerBy, commandHandlers } from './interface/commands.js';
import { openControl } from './interface/control.js';
import { beginHotkeys, type Hotkeys } from './interface/hotkeys.js';
import { takeSnapshot } from './interface/snapshot.js';
import { followConfig } from './live-config.js';
import { type DaemonEnvironment, openParts, openSocketDir, type Parts } from './parts.js';
import { createFollowers } from './reporting/followers.js';
import { tellInput, tellMicrophone, tellSilence } from './reporting/microphone-news.js';
import { cardUse, ProcessWatch } from './reporting/process-watch.js';
import { WhileRecording } from './reporting/while-recording.js';
import { finishDictation, tellSwept } from './shutdown.js';
import { CardNotes } from './workers/card-notes.js';
import { CardReports } from './workers/card-reports.js';
import { CardWatch } from './workers/card-watch.js';

/** The running daemon: every real part, wired to the core. */
export class Daemon {
  readonly ended: Promise<number>;
  private end: (code: number) => void = () => {};
  private core: Core | null = null;
  private audioInput: AudioInput | null = null;
  private stopping = false;
  private cardUse: CardUse | null = null;
  private hotkeys: Hotkeys | null = null;
  private readonly hub = new MetricsHub();
  private readonly settledSignal = new SettledSignal();
  private readonly exit: ExitWhenDone;
  private readonly cardReports: CardReports;
  private readonly processes = new ProcessWatch(() => this.core);

  constructor(private readonly environment: DaemonEnvironment) {
    this.exit = new ExitWhenDone(environment.options.exitWhenDone);
    this.cardReports = new CardReports(environment.env);
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  /**
   * Opens everything that a person's key needs; the card, whose driver may take seconds, is looked for meanwhile, and
   * only waited for where nothing else will do. The answer starts the workers as soon as the card is known; it
   * resolves at once where the daemon ends before.
   */
  async open(): Promise<() => Promise<void>> {
    const { env, options, paths, scope } = this.environment;
    pythonCommand(env);
    ensurePrivateDir(paths.stateDir);
    const lock = acquireDaemonLock(paths.lockFile);
    scope.own('lock', () => lock.release());
    ensurePrivateDir(paths.runtimeDir);
    const swept = endLeftovers();
    const parts = await openParts(this.environment);
    this.audioInput = await this.openAudioInput(parts);
    const cardNotes = new CardNotes((message) => parts.warnings.tell('card', message), monotonicS);
    const note = (message: string) => cardNotes.tell(message);
    const looking = chooseCard(this.device, env, note);
    if (this.device.kind === 'cuda') await looking;
    tellSwept(await swept, this.environment.log);
    const { assembled, record } = this.assemble(parts, note);
    const { core } = assembled;
    this.core = core;
    scope.own('workers', () => core.close(), 6_000);
    this.recover(core, parts);
    await this.openControl(core, parts);
    followConfig(this.environment, core.dictation, parts.warnings);
    this.hotkeys = beginHotkeys(this.environment, core, parts.warnings);
    if (options.start) core.loop.post(() => core.startRecording());
    const built = { assembled, parts, record };
    const cardUse = new CardUse(this.environment, built, this.settledSignal, note);
    this.cardUse = cardUse;
    return async () => {
      await Promise.race([cardUse.begin(looking, () => this.stopping), this.ended]);
    };
  }

  /** Starts or stops recording; nothing before there is anything to record with. */
  toggle(): void {
    void this.core?.toggleKey.toggle(() => {});
  }

  /** Reads the configuration again. */
  reread(): void {
    this.environment.live.reread();
  }

  /** A clean end, also while it is being opened; calling it again does nothing. */
  shutdown(code = 0): void {
    if (this.stopping) return;
    this.stopping = true;
    if (this.core === null) this.end(code);
    else
      void finishDictation(this.core, () => this.settledSignal.next()).then(() => this.end(code));
  }

  private get device(): DeviceChoice {
    return this.environment.options.device ?? { kind: this.environment.config.gpu.device };
  }

  private async openAudioInput(parts: Parts): Promise<AudioInput> {
    const { env, options, scope } = this.environment;
    const audioInput = new AudioInput({
      options,
      env,
      heard: (pcm) => {
        this.core?.hear(pcm);
        return options.pace === 'fast' ? this.core?.dictation.whenCaughtUp() : undefined;
      },
      ended: () => this.endOfSource(),
      failed: (problem) => this.sourceFailed(parts, problem),
      microphoneChanged: (state) => tellMicrophone(parts, state),
      silence: (report) => tellSilence(parts, report),
      device: () => this.environment.live.current.audio.device,
      inputChanged: (news) => tellInput(parts, news),
    });
    await audioInput.open();
    scope.own('microphone', () => audioInput.close());
    return audioInput;
  }

  private assemble(
    parts: Parts,
    note: (message: string) => void,
  ): { readonly assembled: Assembled; readonly record: RunRecord } {
    const { config, env, live, log, options, scope } = this.environment;
    const record = openRecord(options.record, scope);
    const watch = new CardWatch(env, note);
    scope.own('card watch', () => watch.close());
    const { followers, ticker } = this.openFollowers(parts);
    const assembled = assembleCore({
      config,
      device: this.device,
      env,
      socketDir: openSocketDir(this.environment, parts.warnings),
      keepSocket: this.environment.sockets.keep,
      speculate: config.vad.speculation && options.pace !== 'fast',
      fetchModel: () => this.cardUse?.fetchModel(),
      ports: {
        journal: parts.opened.journal,
        sink: parts.sink,
        guard: parts.guard,
        followers,
        log,
        nowS: monotonicS,
        commands: () => this.voiceCommands(parts),
        wishes: () => textWishes(live.current, parts.vocabulary.value),
        focus: () => focusedWindow(env),
        canScratch: () => canScratch(live.current),
        segmenterSettings: () => segmenterSettings(live.current, this.cardUse?.hears),
        measureElsewhere: () => watch.measure(),
        warn: (code, message, more) => {
          parts.warnings.tell(code, message, more);
          if (code === 'scratch_that') parts.notices.notScratched(message);
        },
        publish: (topic, payload) => parts.events.publish(topic, payload),
        isFollowed: (topic) => parts.events.isFollowed(topic),
        listen: (on) => this.audioInput?.listen(on) ?? Promise.resolve(),
        record: (event) => record.event(event),
        remote: parts.remote,
        observe: (fact, state, decisions) => parts.history?.decided({ fact, state, decisions }),
        pendingChanged: (reason) => this.textKept(parts, reason),
        recalledLast: parts.lastText.recalled,
        keepLast: (last) => parts.lastText.keep(last),
        workersUnavailable: ({ code, message }) => parts.warnings.tell(code, message),
        settled: () => this.settled(ticker),
      },
    });
    return { assembled, record };
  }

  private voiceCommands({ words }: Parts): ApplyOptions {
    return voiceCommands(this.environment.live.current, words.value);
  }

  private openFollowers({ store, events, history, warnings }: Parts) {
    const { live, log, scope } = this.environment;
    const followers = createFollowers({
      hub: this.hub,
      store,
      config: () => live.current,
      publish: (topic, payload) => events.publish(topic, payload),
      warn: (code, message) => warnings.tell(code, message),
      tell: (message) => log.info(message),
      delivered: (report) => history?.delivered(report),
      gpu: () => cardUse(this.core?.lastMemory ?? null),
      cpuPercent: () => this.processes.cpuPercent,
    });
    const ticker = new WhileRecording(() => {
      const session = this.core?.sessions.current ?? null;
      if (session === null) return;
      void this.processes.measure();
      followers.update('recording', session);
    });
    scope.own('metrics timer', () => ticker.close());
    return { followers, ticker };
  }

  private async openControl(core: Core, parts: Parts): Promise<void> {
    const { config, scope, sockets } = this.environment;
    const shutdown = () => this.shutdown();
    const warn = (code: string, message: string) => parts.warnings.tell(code, message);
    const handlers = commandHandlers({
      core,
      journal: parts.opened.journal,
      commands: () => this.voiceCommands(parts),
      simulated: this.device.kind === 'sim',
      snapshot: () => this.snapshot(core, parts),
      flushHistory: () => parts.history?.flush() ?? Promise.resolve(),
      shutdown,
    });
    const all = { core: () => core, hub: this.hub, commands: { handle: answerBy(handlers) } };
    const kept = { keepSocket: sockets.keep, ...this.environment.paths };
    await openControl(config, scope, { ...all, ...kept, shutdown, warn });
    sockets.begin(scope, (message) => warn('runtime_folder', message));
  }

  /** What an earlier run left is offered, and gets its text where it has none. */
  private recover(core: Core, { opened: { recovered }, warnings }: Parts): void {
    if (recovered.utterances.length + recovered.unsegmented.length === 0) return;
    warnings.tell('recovered', 'speech of an earlier run was kept: see `swictation pending`');
    core.recover(recovered);
  }

  private async snapshot(
    core: Core,
    { opened, events, remote, warnings }: Parts,
  ): Promise<Record<string, unknown>> {
    const processes = await this.processes.figures();
    const facts = {
      core,
      microphone: this.audioInput?.microphone ?? { kind: 'idle' as const },
      modelFetch: this.cardUse?.fetching ?? null,
      hotkeys: this.hotkeys?.state ?? null,
      pending: opened.journal.list().length,
      processes,
      warnings: warnings.recent,
      lastFault: events.lastFault,
      remoteHost: remote?.host ?? null,
      simulated: this.device.kind === 'sim',
      nowS: monotonicS(),
    };
    return { ...takeSnapshot(facts), cards: await this.describeCards() };
  }

  /** What the driver tells of the real cards, for people; null where none is used. */
  private async describeCards(): Promise<Record<string, unknown> | null> {
    const card = this.cardUse?.card ?? null;
    if (card === null || card.simulated) return null;
    const report = await this.cardReports.latest();
    return report === null ? null : { ...report };
  }

  private endOfSource(): void {
    this.exit.endOfSource();
    this.core?.loop.post(() => this.core?.stopRecording());
  }

  private sourceFailed({ warnings }: Parts, { code, message }: Problem): void {
    warnings.tell(code, message);
    if (this.environment.options.source !== 'mic') this.exit.sourceFailed();
  }

  private textKept({ history, notices }: Parts, reason: PendingReason): void {
    history?.kept(reason);
    this.exit.textKept(reason);
    notices.pending(reason);
  }

  /** After each change: learned figures are kept, and whoever waits for a change looks again. */
  private settled(ticker: WhileRecording): void {
    const { core } = this;
    if (core === null) return;
    this.cardUse?.learned?.keep(core.driver, monotonicS());
    ticker.follow(core.dictation.isRecording);
    this.environment.live.settled();
    this.settledSignal.changed();
    const code = this.exit.codeWhen(!core.dictation.isRecording && !core.dictation.isBusy);
    if (code !== null) this.shutdown(code);
  }
}
