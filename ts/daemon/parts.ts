import { join } from 'node:path';
import type { Config } from '../config/config.js';
import { HistoryWriter } from '../history/writer.js';
import { createSink } from '../inject/create.js';
import type { Sink } from '../inject/sink.js';
import { type LastTextKeeper, openLastText } from '../journal/last-text.js';
import { openJournal } from '../journal/open.js';
import type { OpenedJournal } from '../journal/types.js';
import { RemoteEngine } from '../remote/client.js';
import type { MetricsStore } from '../store/metrics-store.js';
import { openTolerantStore } from '../store/tolerant-store.js';
import { epochS, monotonicS } from '../system/clock.js';
import { createNotifier } from '../system/desktop/notify.js';
import { focusedWindow } from '../system/desktop/window/focused-window.js';
import { ScreenLock } from '../system/desktop/window/screen-lock.js';
import type { Log } from '../system/log.js';
import type { Paths } from '../system/paths.js';
import { openRunFolder, openTemporaryRunFolder } from '../system/run-folder.js';
import type { Scope } from '../system/scope.js';
import {
  openReplacements,
  openVocabulary,
  type WatchedValue,
} from './delivery/replacements-file.js';
import { guardWindows, NO_GUARD } from './delivery/window-guard.js';
import { openEvents } from './interface/control.js';
import type { KeptSockets } from './kept-sockets.js';
import type { LiveConfig } from './live-config.js';
import type { DaemonOptions } from './options.js';
import type { WindowGuard } from './ports.js';
import { DaemonEvents } from './reporting/daemon-events.js';
import { HistoryKeeper } from './reporting/history-keeper.js';
import { explainIsolation } from './reporting/isolation.js';
import { Notices } from './reporting/notices.js';
import { Sounds } from './reporting/sounds.js';
import { Warnings } from './reporting/warnings.js';

export interface DaemonEnvironment {
  readonly options: DaemonOptions;
  /** As it was read at the start. */
  readonly config: Config;
  /** What holds now, where that may change. */
  readonly live: LiveConfig;
  /** Reads the file again; throws a Problem of one line. */
  rereadConfig(): Config;
  readonly paths: Paths;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly scope: Scope;
  readonly sockets: KeptSockets;
}

/** Everything that the daemon has open besides the microphone, the workers and the control sockets. */
export interface Parts {
  readonly events: DaemonEvents;
  readonly warnings: Warnings;
  readonly opened: OpenedJournal;
  readonly lastText: LastTextKeeper;
  readonly sink: Sink;
  readonly guard: WindowGuard;
  /** Null where metrics are switched off. */
  readonly store: MetricsStore | null;
  readonly notices: Notices;
  /** Null where no history is kept. */
  readonly history: HistoryKeeper | null;
  /** Null where no sound may leave this machine. */
  readonly remote: RemoteEngine | null;
  readonly words: WatchedValue<ReadonlyMap<string, string>>;
  readonly vocabulary: WatchedValue<readonly string[]>;
}

/** Opens them all; the scope closes them. Throws a Problem for what dictation can't do without. */
export async function openParts(environment: DaemonEnvironment): Promise<Parts> {
  const { config, env, live, log, scope } = environment;
  const published = await openEvents(config, scope, environment.sockets.keep);
  const warnings = new Warnings({
    log,
    nowS: monotonicS,
    publish: (topic, payload) => published.publish(topic, payload),
  });
  const opened = await openRecordings(environment, warnings);
  const lastText = openLastText(environment.paths.stateDir, () => epochS() * 1e3);
  scope.own('last text', () => lastText.close());
  const notifier = createNotifier({ env, isEnabled: () => live.current.notifications.enabled });
  scope.own('notifications', () => notifier.close());
  const folder = environment.paths.runtimeDir;
  const isEnabled = () => live.current.notifications.sounds;
  const notices = new Notices(notifier, new Sounds({ env, folder, isEnabled }));
  const sink = await openSink(environment, warnings, notices);
  const guard = openGuard(environment);
  const store = openStore(environment, warnings);
  const history = openHistory(environment, warnings);
  const remote = await openRemote(environment, warnings);
  const tell = (code: string, message: string) => warnings.tell(code, message);
  const words = openReplacements(config.voice.replacements, tell);
  scope.own('own words', () => words.close());
  const vocabulary = openVocabulary(config.stt.vocabulary, tell);
  scope.own('vocabulary', () => vocabulary.close());
  const isolated = () => {
    void explainIsolation(env).then((message) => {
      warnings.tell('card_unusable', message);
      notices.cardUnusable(message);
    });
  };
  const events = new DaemonEvents({ events: published, store, notices, isolated });
  const files = { words, vocabulary };
  return {
    ...{ events, warnings, opened, lastText, sink, guard, store, notices, history, remote },
    ...files,
  };
}

async function openRecordings(
  { config, paths, scope }: DaemonEnvironment,
  warnings: Warnings,
): Promise<OpenedJournal> {
  const opened = await openJournal({
    dir: paths.journalDir,
    quotaMb: config.journal.quotaMb,
    keepDeliveredHours: config.journal.keepDeliveredHours,
    onProblem: (problem) => warnings.tell(problem.code, problem.message),
    nowEpochS: epochS,
  });
  scope.own('journal', () => opened.journal.close(), 5_000);
  for (const line of opened.recovered.repaired) warnings.tell('journal_repaired', line);
  return opened;
}

async function openSink(
  { config, env, options, paths, scope }: DaemonEnvironment,
  warnings: Warnings,
  notices: Notices,
): Promise<Sink> {
  const sink = await createSink(options.sink ?? config.inject.sink, {
    env,
    stdout: process.stdout,
    callBaseMs: config.inject.timeoutMs,
    notify: (message) => {
      warnings.tell('clipboard', message);
      notices.clipboard(message);
    },
    asksPermission: (message) => {
      warnings.tell('portal_asks', message);
      notices.permission();
    },
    pasting: {
      keys: config.inject.pasteKeys,
      tokenFile: join(paths.stateDir, 'portal-token'),
      debtFile: join(paths.runtimeDir, 'clipboard-before.json'),
    },
    onProblem: (problem) => warnings.tell(problem.code, problem.message),
  });
  scope.own('sink', () => sink.close(), 6_000);
  return sink;
}

/** What goes to a file, a pipe or the clipboard goes past all windows. */
function openGuard({ config, env, live, options, scope }: DaemonEnvironment): WindowGuard {
  if (/^(file:|stdout$|clipboard$)/.test(options.sink ?? config.inject.sink)) return NO_GUARD;
  const lock = new ScreenLock(env);
  scope.own('eye on the lock screen', () => lock.close());
  return guardWindows({
    isSameWindowWanted: () => live.current.inject.sameWindow,
    focus: () => focusedWindow(env),
    lock,
  });
}

function openStore({ config, scope }: DaemonEnvironment, warnings: Warnings): MetricsStore | null {
  if (!config.metrics.enabled) return null;
  const { databasePath, typingBaselineWpm: typingWpm } = config.metrics;
  const storeText = config.metrics.storeTranscriptionText;
  const store = openTolerantStore(databasePath, { typingWpm, storeText }, (problem) =>
    warnings.tell(problem.code, problem.message),
  );
  scope.own('metrics database', () => store.close());
  cleanUp(store, config, warnings);
  return store;
}

/** Nothing is sent yet; the start says to whom sound may be. Throws a Problem for a file that can't be read. */
async function openRemote(
  { config, log, scope }: DaemonEnvironment,
  warnings: Warnings,
): Promise<RemoteEngine | null> {
  const { url, ...rest } = config.remote;
  const { language, translateTo } = config.stt;
  if (url === null) return null;
  if (translateTo !== null) {
    warnings.tell(
      'remote',
      `[remote] is not used: a server does not translate ([stt] translate_to)`,
    );
    return null;
  }
  const engine = await RemoteEngine.open({ url, language, ...rest });
  scope.own('remote engine', () => engine.close());
  log.info(`speech may be sent to ${engine.host} to be recognised there ([remote] url)`);
  return engine;
}

function openHistory(
  { config, options, paths, scope }: DaemonEnvironment,
  warnings: Warnings,
): HistoryKeeper | null {
  const days = config.metrics.historyDays;
  if (days === 0) return null;
  const writer = new HistoryWriter({
    folder: paths.historyDir,
    days,
    nowEpochS: epochS,
    onProblem: (message) => warnings.tell('history_unwritable', message),
  });
  const simulated = options.device?.kind === 'sim';
  const history = new HistoryKeeper({ writer, simulated, nowEpochS: epochS });
  scope.own('history', () => history.close(), 2_000);
  return history;
}

function cleanUp(store: MetricsStore, { metricsCleanup }: Config, warnings: Warnings): void {
  if (!metricsCleanup.autoCleanupEnabled) return;
  const { maxSegmentAgeDays, warnDbSizeMb: warnSizeMb } = metricsCleanup;
  const { warning } = store.cleanUp(epochS(), { maxSegmentAgeDays, warnSizeMb });
  if (warning !== null) warnings.tell('database_size', warning);
}

/** Longest runtime folder in which `run-XXXXXX/data` still fits a unix socket's 107 bytes. */
const LONGEST_RUNTIME_DIR = 90;

/**
 * Private folder of this run for the worker sockets, so that no process of another run finds them: in the runtime folder, or
 * where its path is too long, among the temporary ones.
 */
export function openSocketDir(
  { paths, scope, sockets }: DaemonEnvironment,
  warnings: Warnings,
): string {
  const isShort = paths.runtimeDir.length <= LONGEST_RUNTIME_DIR;
  const folder = isShort
    ? openRunFolder(paths.runtimeDir, 'run-')
    : openTemporaryRunFolder((message) => warnings.tell('temporary_folder', message));
  sockets.keep(folder.path, () => folder.renew());
  scope.own('socket folder', () => folder.close());
  return folder.path;
}
