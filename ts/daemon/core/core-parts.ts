import type { PolicyFact } from '../../domain/events.js';
import type { WorkerMemory } from '../../protocol/worker/worker-memory.js';
import type { Sessions } from '../delivery/sessions.js';
import { Ear } from '../hearing/ear.js';
import { MicrophoneTurns } from '../hearing/microphone-turns.js';
import { describeHypothesis } from '../utterances/live-text.js';
import { readKnownClip } from '../workers/known-clip.js';
import { PlacementEffects, type PoolPort } from '../workers/placement-effects.js';
import { Probe } from '../workers/probe.js';
import { RemoteRung } from '../workers/remote-rung.js';
import { Transcribing } from '../workers/transcribing.js';
import type { CoreOptions, CorePorts } from './core-ports.js';
import { Dictation } from './dictation.js';
import type { Loop } from './loop.js';
import { RecoveryQueue } from './recovery-queue.js';

/** What the parts share: the one queue, the policy's ear, the workers. */
export interface CoreContext {
  readonly ports: CorePorts;
  readonly options: CoreOptions;
  readonly loop: Loop;
  readonly sessions: Sessions;
  /** The workers; until they are there, and after they are gone, every one is lost. */
  readonly gate: PoolPort;
  learn(fact: PolicyFact): void;
  /** Runs `then` on the loop after a while; the returned function takes it back. */
  after(delayMs: number, then: () => void): () => void;
  newGeneration(): number;
  /** Whether the policy waits for this request to the engine on another machine. */
  awaitsRemote(attempt: number): boolean;
  reportBug(error: unknown): void;
}

function describeKept(id: number): string {
  return `recording ${id}: a part of the speech did not become text; its sound is kept for an hour, see \`swictation pending --recent\``;
}

/** The parts of the core, each wired to the others where they meet. */
export class CoreParts {
  readonly ear: Ear;
  readonly placement: PlacementEffects;
  readonly probe: Probe;
  readonly dictation: Dictation;
  readonly recovery: RecoveryQueue;
  readonly transcribing: Transcribing;
  readonly remote: RemoteRung;
  readonly microphone: MicrophoneTurns;
  /** Names of the engines that were loaded, empty before. */
  readonly engines = { gpu: '', cpu: '' };
  lastMemory: WorkerMemory | null = null;

  constructor(private readonly context: CoreContext) {
    this.ear = this.buildEar();
    this.placement = this.buildPlacement();
    this.probe = this.buildProbe();
    this.dictation = this.buildDictation();
    this.recovery = new RecoveryQueue(this.dictation);
    this.transcribing = this.buildTranscribing();
    this.remote = this.buildRemote();
    this.microphone = this.buildMicrophone();
  }

  private get ports(): CorePorts {
    return this.context.ports;
  }

  private buildEar(): Ear {
    return new Ear(
      {
        forkEar: (generation) =>
          this.context.gate.fork('ear', generation, this.ports.forkOptions('ear', false)),
        loadEar: (generation) =>
          this.context.gate.request(generation, 'ctl', {
            type: 'load',
            model: 'vad',
            device: 'cpu',
          }),
        score: (generation, state, pcm) =>
          this.context.gate.request(
            generation,
            'data',
            { type: 'score', format: 's16le', state },
            pcm,
          ),
        kill: (generation) => this.context.gate.kill(generation, 'KILL'),
        whenDone: (work, then) => this.context.loop.whenDone(work, then),
        after: (delayMs, then) => this.context.after(delayMs, then),
        trouble: (message) => this.ports.warn('ear', message),
        isBusy: (generation) => this.transcribing.isBusy(generation),
        failedOnCard: (generation, fault) =>
          this.context.learn({ kind: 'score_failed', generation, fault }),
      },
      () => this.context.newGeneration(),
      () => this.dictation.scoring.advance(),
    );
  }

  private buildPlacement(): PlacementEffects {
    return new PlacementEffects({
      pool: this.context.gate,
      learn: (fact) => this.context.learn(fact),
      whenDone: (work, then) => this.context.loop.whenDone(work, then),
      forkOptions: (role, small) => this.ports.forkOptions(role, small),
      vadMoved: (generation) => {
        this.ear.moveTo(generation);
        this.dictation.scoring.advance();
      },
      loadFailed: (worker, reason) => {
        if (worker === 'cpu') this.ports.cpuEngine.failedToLoad(reason);
        else this.ports.warn('worker', reason);
      },
      lostWhileLoading: (worker) => {
        if (worker === 'cpu') this.ports.cpuEngine.endedWhileLoading();
      },
      engineLoaded: (worker, engine) => {
        this.engines[worker] = engine;
        if (worker === 'cpu') this.ports.cpuEngine.loaded();
      },
      measureElsewhere: () =>
        this.context.options.sim === null
          ? this.ports.measureElsewhere()
          : Promise.resolve(this.context.options.sim.measure()),
      onMemory: (memory) => {
        this.lastMemory = memory;
        this.ports.publish('memory', { ...memory });
      },
    });
  }

  private buildProbe(): Probe {
    return new Probe(
      {
        pool: this.context.gate,
        whenDone: (work, then) => this.context.loop.whenDone(work, then),
        after: (delayMs, then) => this.context.after(delayMs, then),
        forkOptions: (small) => this.ports.forkOptions('probe', small),
        done: (fault) => this.context.learn({ kind: 'probe_done', fault }),
        progress: () => this.context.learn({ kind: 'probe_phase' }),
      },
      () => this.context.newGeneration(),
    );
  }

  private buildDictation(): Dictation {
    return new Dictation(
      {
        journal: this.ports.journal,
        sink: this.ports.sink,
        guard: this.ports.guard,
        sessions: this.context.sessions,
        nowS: this.ports.nowS,
        learn: (fact) => this.context.learn(fact),
        whenDone: (work, then) => this.context.loop.whenDone(work, then),
        commands: this.ports.commands,
        segmenterSettings: this.ports.segmenterSettings,
        speculate: () => this.context.options.speculate,
        live: {
          bufferS: this.context.options.totalBufferS,
          watched: () => this.ports.isFollowed('hypothesis'),
          show: (hypothesis) => this.ports.publish('hypothesis', describeHypothesis(hypothesis)),
        },
        warn: (message) => this.ports.warn('delivery', message),
        focus: () => this.ports.focus(),
        canScratch: () => this.ports.canScratch(),
        notScratched: (message) => this.ports.warn('scratch_that', message),
        speechWithoutText: (id) => this.ports.warn('speech_without_text', describeKept(id)),
        pendingChanged: this.ports.pendingChanged,
        recalledLast: this.ports.recalledLast,
        keepLast: (last) => this.ports.keepLast(last),
      },
      this.ear,
    );
  }

  private buildTranscribing(): Transcribing {
    return new Transcribing({
      journal: this.ports.journal,
      pool: this.context.gate,
      utterances: this.dictation.utterances,
      wishes: () => this.ports.wishes(),
      learn: (fact) => this.context.learn(fact),
      learnMemory: (memory) => this.placement.learnMemory(memory),
      transcribed: (utterance, transcript) => {
        this.dictation.transcribed(utterance, transcript);
      },
      whenDone: (work, then) => this.context.loop.whenDone(work, then),
    });
  }

  private buildRemote(): RemoteRung {
    return new RemoteRung({
      engine: this.ports.remote,
      isWritten: () => this.ports.wishes().written === true,
      journal: this.ports.journal,
      utterances: this.dictation.utterances,
      clip: readKnownClip,
      nowS: this.ports.nowS,
      spokenForm: (text, language = this.ports.wishes().language) =>
        this.context.gate.request(this.ear.generation ?? 0, 'ctl', {
          type: 'spoken_form',
          text,
          ...(language === undefined ? {} : { language }),
        }),
      isAwaited: (attempt) => this.context.awaitsRemote(attempt),
      learn: (fact) => this.context.learn(fact),
      transcribed: (utterance, transcript) => {
        this.dictation.transcribed(utterance, transcript);
      },
      whenDone: (work, then) => this.context.loop.whenDone(work, then),
      warn: this.ports.warn,
    });
  }

  private buildMicrophone(): MicrophoneTurns {
    return new MicrophoneTurns({
      listen: (on) => this.ports.listen(on),
      post: (task) => this.context.loop.post(task),
      heard: (take, pcm) => this.dictation.hear(take, pcm),
      ended: (take) => this.dictation.endTake(take),
      failed: (error) => this.context.reportBug(error),
    });
  }
}
