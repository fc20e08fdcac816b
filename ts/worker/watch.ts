import type { FaultClass } from '../domain/fault.js';
import { monotonicS } from '../system/clock.js';
import type { Log } from '../system/log.js';
import type { NurseryLink } from './nursery-link.js';
import type { PoolWorker } from './pool-worker.js';
import { Stillness } from './stillness.js';

export interface WatchPorts {
  readonly nursery: NurseryLink;
  workers(): readonly PoolWorker[];
  readonly log: Pick<Log, 'warn'>;
  /** This worker has ended, or is to be ended. */
  ended(worker: PoolWorker, fault: FaultClass): void;
  /** The fork server stands still: another one is wanted. */
  replaceNursery(): void;
}

/** No heartbeat for so long: two missed beats of an idle worker, six of a busy one. */
const SILENCE_LIMIT_S = 12;
/** So long it may be silent while it computes or waits for pages: the machine is slow, or out of memory. */
const SLOW_LIMIT_S = 60;
/** From an order to fork to its confirmation, once the libraries are there. */
const FORK_LIMIT_S = 30;
const WATCH_MS = 5_000;
/** Every so many of these, also where nothing hints at it, all processes are looked at and the fork server is asked. */
const THOROUGH_TICKS = 3;
/** Silence that is no more than the pause between two beats of an idle worker. */
const BEAT_S = 6;
/** A look behind a doubtful one, and while a fork server stands still and nobody reaps its workers. */
const LOOK_AGAIN_MS = 350;
/** Somebody waits for a text: this is soon enough to have it within 4 s from another worker. */
const LOOK_WHILE_WAITING_MS = 1_000;
/** A question that was not answered for so long is a reason to look at the process. */
const ANSWER_MS = 2_000;
/** How long a transcription on a worker of a retired fork server may go on once the next server is there. */
const HANDOVER_LIMIT_S = 30;

/**
 * Finds processes that stand still or are silent. It looks when the kernel says that a child changed (SIGCHLD comes also when
 * one is stopped), when the fork server says so of a worker, each second of a long transcription, and else every 15 s: a
 * machine at rest is left at rest.
 */
export class Watch {
  private readonly stillness = new Stillness();
  private readonly tick: NodeJS.Timeout;
  private next: { readonly atS: number; readonly timer: NodeJS.Timeout } | null = null;
  private unanswered: NodeJS.Timeout | undefined;
  private lastTickS = monotonicS();
  private ticks = 0;
  private handoverSinceS: number | null = null;
  private readonly childChanged = () => this.lookWithin(0);

  constructor(private readonly ports: WatchPorts) {
    this.tick = setInterval(() => this.watch(), WATCH_MS);
    this.tick.unref();
    process.on('SIGCHLD', this.childChanged);
  }

  /** Looks at all processes within this time; an earlier look that is planned stays. */
  lookWithin(delayMs: number): void {
    const atS = monotonicS() + delayMs / 1_000;
    if (this.next !== null && this.next.atS <= atS) return;
    clearTimeout(this.next?.timer);
    const timer = setTimeout(() => {
      this.next = null;
      this.look();
    }, delayMs);
    this.next = { atS, timer: timer.unref() };
  }

  /** The fork server has said something. */
  answered(): void {
    clearTimeout(this.unanswered);
  }

  close(): void {
    process.off('SIGCHLD', this.childChanged);
    clearInterval(this.tick);
    clearTimeout(this.next?.timer);
    clearTimeout(this.unanswered);
  }

  private watch(): void {
    this.forgiveOwnDelay();
    this.ticks += 1;
    if (this.ticks % THOROUGH_TICKS === 0) {
      this.askNursery();
      this.look();
    }
    for (const worker of this.ports.workers()) this.judgeSilence(worker);
    this.judgeNursery();
    this.stillness.keepOnly(this.pids());
  }

  private look(): void {
    const nowS = monotonicS();
    const conditions = this.ports.workers().map((worker) => this.lookAt(worker, nowS));
    const nursery = this.lookAtNursery(nowS);
    const handingOver = this.handOver(nowS);
    if (handingOver || nursery === 'doubtful' || conditions.includes('doubtful')) {
      this.lookWithin(LOOK_AGAIN_MS);
    } else if (this.ports.workers().some(({ requests }) => requests.isTranscribing)) {
      this.lookWithin(LOOK_WHILE_WAITING_MS);
    }
  }

  private askNursery(): void {
    if (!this.ports.nursery.ask(WATCH_MS / 1_000)) return;
    clearTimeout(this.unanswered);
    this.unanswered = setTimeout(() => this.look(), ANSWER_MS).unref();
  }

  private lookAt(worker: PoolWorker, nowS: number) {
    if (worker.pid === null) return 'lives';
    const condition = this.stillness.look(worker.pid, nowS);
    if (condition === 'stopped') {
      this.ports.log.warn(`worker ${worker.name} was stopped: it is replaced`);
      this.ports.ended(worker, 'hang');
    } else if (condition === 'ended') {
      this.ports.ended(worker, 'dead');
    }
    return condition;
  }

  private lookAtNursery(nowS: number) {
    const { pid } = this.ports.nursery;
    if (pid === null) return 'lives';
    const condition = this.stillness.look(pid, nowS);
    if (condition === 'stopped') this.replaceNursery('was stopped');
    return condition;
  }

  private replaceNursery(why: string): void {
    this.ports.log.warn(`the fork server ${why}: another one takes its place`);
    this.handoverSinceS = null;
    this.ports.replaceNursery();
  }

  /** Ends the retired fork server with its workers once the next one can take over. True while there is one. */
  private handOver(nowS: number): boolean {
    const { nursery } = this.ports;
    if (nursery.retired === null) return false;
    const { number } = nursery.retired;
    const living = this.ports.workers().filter(({ server }) => server === number);
    if (nursery.isReady) this.handoverSinceS ??= nowS;
    const waitedS = this.handoverSinceS === null ? 0 : nowS - this.handoverSinceS;
    const isBusy = living.some(({ requests }) => requests.isTranscribing);
    const isTime = nursery.isReady && (!isBusy || waitedS > HANDOVER_LIMIT_S);
    if (living.length === 0 || isTime) nursery.endRetired();
    return true;
  }

  /** When this process itself stood still, the silence was ours. */
  private forgiveOwnDelay(): void {
    const nowS = monotonicS();
    const lateS = nowS - this.lastTickS - WATCH_MS / 1_000;
    this.lastTickS = nowS;
    if (lateS <= 1) return;
    for (const worker of this.ports.workers()) worker.lastHeardS = nowS;
  }

  private judgeSilence(worker: PoolWorker): void {
    const { nursery, log } = this.ports;
    const silentS = monotonicS() - worker.lastHeardS;
    if (silentS <= BEAT_S) return;
    const gotOn = worker.pid !== null && this.stillness.gotOn(worker.pid);
    if (worker.pid === null) {
      if (!nursery.isReady || silentS <= FORK_LIMIT_S) return;
      this.replaceNursery(`did not start worker ${worker.name}`);
    } else if (silentS > (gotOn ? SLOW_LIMIT_S : SILENCE_LIMIT_S)) {
      log.warn(`worker ${worker.name} fell silent`);
      this.ports.ended(worker, 'hang');
    }
  }

  /** It is not stopped, or the look would have found it: then only time tells a slow one from a stuck one. */
  private judgeNursery(): void {
    const { nursery } = this.ports;
    if (nursery.pid === null || nursery.silentS === 0) return;
    const gotOn = this.stillness.gotOn(nursery.pid);
    const { silentS } = nursery;
    if (silentS > (gotOn ? SLOW_LIMIT_S : SILENCE_LIMIT_S)) {
      this.replaceNursery(`gave no answer for ${Math.round(silentS)} s`);
    }
  }

  private pids(): ReadonlySet<number> {
    const { nursery } = this.ports;
    const all = [nursery.pid, ...this.ports.workers().map(({ pid }) => pid)];
    return new Set(all.filter((pid) => pid !== null));
  }
}
