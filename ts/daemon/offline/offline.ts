import { join } from 'node:path';
import { openFiles } from '../../capture/open.js';
import type { Source } from '../../capture/source.js';
import { loadConfig } from '../../config/load-config.js';
import { Problem } from '../../domain/problem.js';
import { openJournal } from '../../journal/open.js';
import { epochS, monotonicS } from '../../system/clock.js';
import { within } from '../../system/deadline.js';
import { chooseLogLevel, createLog } from '../../system/log.js';
import type { FoundModel } from '../../system/model/find-model.js';
import { type EmbeddedLack, embeddedLack } from '../../system/model/multilingual.js';
import { workerFolder } from '../../system/paths.js';
import { pythonCommand } from '../../system/python/environment.js';
import { openTemporaryRunFolder } from '../../system/run-folder.js';
import { openScope, type Scope } from '../../system/scope.js';
import { assembleCore, isReal } from '../assembly/assemble.js';
import { chooseCard } from '../assembly/choose-card.js';
import { fileSegmenterSettings, textWishes, voiceCommands } from '../assembly/settings.js';
import { findSmallModel, findWantedModel } from '../assembly/speech-models.js';
import type { Core } from '../core/core.js';
import { NOTHING_LEARNED } from '../core/learned-figures-file.js';
import { openVocabulary } from '../delivery/replacements-file.js';
import type { SessionFollowers } from '../delivery/sessions.js';
import { NO_GUARD } from '../delivery/window-guard.js';
import { CardNotes } from '../workers/card-notes.js';
import { CardWatch } from '../workers/card-watch.js';
import { FileReport, type FileResult, Progress, renderResult } from './file-report.js';

export interface TranscribeOptions {
  readonly json: boolean;
  readonly commands: boolean;
  /** The files are bare samples, s16le, 16 kHz, mono. */
  readonly raw?: boolean;
  readonly config?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

export interface TranscribeStreams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

/**
 * Transcribes files with the daemon's own ear, segmenter and engine, one line of text (or JSON) a file, in order.
 * A file that can't be read gets one line on stderr, the others go on. Returns the exit code.
 */
export async function transcribeFiles(
  files: readonly string[],
  options: TranscribeOptions,
  streams: TranscribeStreams,
): Promise<number> {
  const scope = openScope();
  try {
    const transcriber = await startTranscriber(options, streams, scope);
    let failed = 0;
    for (const file of files) {
      if (options.signal?.aborted) return 130;
      const { result, problem, note } = await transcriber.transcribe(file);
      if (options.signal?.aborted) return 130;
      if (result !== null) streams.stdout.write(`${renderResult(result, options.json)}\n`);
      if (note) streams.stderr.write(`${note}\n`);
      if (problem === null) continue;
      failed += 1;
      streams.stderr.write(`✗ Error: ${problem.message}\n`);
    }
    return failed > 0 ? 1 : 0;
  } finally {
    await scope.close();
  }
}

/** A file is worth a wait for the card, a hanging driver is not. */
const CARD_PATIENCE_MS = 2_000;
const NO_WORDS: ReadonlyMap<string, string> = new Map();

/** A damaged file gives both: the text of what could be read, and what is wrong. */
interface Outcome {
  readonly result: FileResult | null;
  readonly problem: Problem | null;
  /** What is no error and yet good to know. */
  readonly note?: string | null;
}

interface Transcriber {
  transcribe(file: string): Promise<Outcome>;
}

async function startTranscriber(
  options: TranscribeOptions,
  streams: TranscribeStreams,
  scope: Scope,
): Promise<Transcriber> {
  const env = options.env ?? process.env;
  const config = loadConfig({ env, ...(options.config ? { file: options.config } : {}) });
  const log = createLog(chooseLogLevel(env, 'warn'));
  const runFolder = openTemporaryRunFolder((message) => log.warn(message));
  scope.own('folder', () => runFolder.close());
  const folder = runFolder.path;
  const opened = await openJournal({
    dir: join(folder, 'journal'),
    quotaMb: 4_000,
    keepDeliveredHours: 0,
    onProblem: (problem) => log.warn(problem.message),
    nowEpochS: epochS,
  });
  scope.own('journal', () => opened.journal.close());
  const vocabulary = openVocabulary(config.stt.vocabulary, (_code, message) => log.warn(message));
  scope.own('vocabulary', () => vocabulary.close());
  const run = new OfflineRun();
  options.signal?.addEventListener('abort', () => run.abort(), { once: true });
  const device = { kind: config.gpu.device } as const;
  const notes = new CardNotes((message) => log.warn(message), monotonicS);
  const watch = new CardWatch(env, (message) => notes.tell(message));
  scope.own('card watch', () => watch.close());
  const { core, begin, cardFound } = assembleCore({
    config,
    device,
    env,
    socketDir: folder,
    speculate: false,
    fetchModel: () => {},
    ports: {
      journal: opened.journal,
      sink: run.sink,
      followers: run.followers,
      log,
      nowS: monotonicS,
      commands: () => ({
        ...voiceCommands(config, NO_WORDS),
        ...(options.commands ? {} : { mode: 'off' }),
      }),
      wishes: () => textWishes(config, vocabulary.value),
      focus: () => Promise.resolve({ kind: 'unknown' }),
      canScratch: () => false,
      segmenterSettings: () => fileSegmenterSettings(config),
      measureElsewhere: () => watch.measure(),
      warn: (code, message) => {
        if (code === 'no_engine') run.unavailable(new Problem(code, message));
        else log.warn((code === 'speech_without_text' && run.leftOut) || message);
      },
      publish: () => {},
      isFollowed: () => false,
      listen: (on) => run.listen(on),
      remote: null,
      observe: () => {},
      record: () => {},
      pendingChanged: () => run.fail(),
      guard: NO_GUARD,
      recalledLast: null,
      keepLast: () => {},
      workersUnavailable: (problem) => run.unavailable(problem),
      settled: () => {},
    },
  });
  scope.own('workers', () => core.close(), 5_000);
  const looking = chooseCard(device, env, (message) => notes.tell(message));
  const soon = await within(
    looking.then((card) => ({ card })),
    CARD_PATIENCE_MS,
  );
  const card = soon?.card ?? null;
  const model = findWantedModel(config, soon === null || isReal(card), env);
  const small = findSmallModel(config, soon === null || isReal(card), env);
  demandEngine(embeddedLack(config.stt, env), [model, small]);
  tellModel(config.stt.model, model, streams.stderr);
  await begin({ card, learned: NOTHING_LEARNED, model, small });
  if (soon === null) {
    void looking.then((late) => late !== null && cardFound(late, NOTHING_LEARNED));
  }
  const raw = options.raw === true;
  const tools = { python: pythonCommand(env), workerDir: workerFolder(), env, raw };
  const progress = new Progress(streams.stderr);
  return { transcribe: (file) => run.transcribe(core, file, { ...tools, progress }) };
}

/** @throws Problem `no_engine` where the embedded engine does not know the language, and no model is here that may. */
function demandEngine(lack: EmbeddedLack | null, models: readonly (FoundModel | null)[]): void {
  if (lack === null || models.some((model) => model?.kind === 'here')) return;
  throw new Problem('no_engine', `${lack.reason}: ${lack.advice}`);
}

/** Nothing is fetched for a file: who transcribes one is told, and gets the text of the embedded engine. */
function tellModel(
  name: string,
  model: FoundModel | null,
  stderr: TranscribeStreams['stderr'],
): void {
  if (model?.kind === 'unusable') stderr.write(`${model.problem}\n`);
  if (model?.kind !== 'absent') return;
  const advice = 'the daemon fetches it when it runs (type `swictationd`)';
  stderr.write(`${name} is not on this machine yet, the embedded engine transcribes; ${advice}\n`);
}

interface Tools {
  readonly python: string;
  readonly workerDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly raw: boolean;
  readonly progress: Progress;
}

/** Plays one file after the other into the core and gathers what comes out. */
class OfflineRun {
  readonly sink = {
    deliver: () => Promise.resolve({ kind: 'delivered', by: 'report' } as const),
  };
  readonly followers: SessionFollowers = {
    startSession: () => {
      this.session += 1;
      return this.session;
    },
    sessionStarted: () => {},
    utterance: (report) => this.report?.add(report),
    sessionEnded: () => this.finish?.(),
    stateChanged: () => {},
  };
  /** What is said of speech without text in the file that is being read. */
  get leftOut(): string | null {
    return this.report?.leftOut ?? null;
  }

  private session = 0;
  private source: Source | null = null;
  private report: FileReport | null = null;
  private problem: Problem | null = null;
  private finish: (() => void) | null = null;

  /** Resolves with the text of one file, or with what is wrong with it. */
  async transcribe(core: Core, file: string, tools: Tools): Promise<Outcome> {
    try {
      return await this.play(core, file, tools);
    } catch (problem) {
      if (problem instanceof Problem) return { result: null, problem };
      throw problem;
    }
  }

  private async play(core: Core, file: string, tools: Tools): Promise<Outcome> {
    this.report = new FileReport(file);
    this.problem = null;
    const report = this.report;
    const ended = new Promise<void>((resolve) => {
      this.finish = resolve;
    });
    const source = openFiles([file], {
      pace: 'fast',
      env: tools.env,
      python: tools.python,
      workerDir: tools.workerDir,
      raw: tools.raw,
      onChunk: async (pcm) => {
        report.heard(pcm);
        tools.progress.show(file, report.heardS);
        core.hear(pcm);
        await core.dictation.whenCaughtUp();
      },
      onEnd: () => core.loop.post(() => core.stopRecording()),
      onProblem: (problem) => {
        this.problem ??= problem;
      },
      onState: () => {},
    });
    this.source = source;
    core.loop.post(() => core.startRecording());
    await ended;
    await source.close();
    tools.progress.clear();
    const usable = this.problem === null || report.heardS > 0;
    return { result: usable ? report.result() : null, problem: this.problem, note: report.note };
  }

  async listen(on: boolean): Promise<void> {
    if (on) await this.source?.start();
    else await this.source?.stop();
  }

  fail(): void {
    this.problem ??= new Problem(
      'transcription_failed',
      'The speech engine failed three times on a part of the file: type `swictation doctor`',
    );
  }

  /** Stops waiting for the file at hand. */
  abort(): void {
    this.finish?.();
  }

  unavailable(problem: Problem): void {
    this.problem ??= problem;
    this.finish?.();
  }
}
