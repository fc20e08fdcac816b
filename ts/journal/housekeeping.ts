import type { AudioStore } from './audio/audio-store.js';
import type { DiskHealth } from './disk-health.js';
import type { IndexKeeper } from './index/index-keeper.js';
import type { JournalState, Utterance } from './index/state.js';
import type { Retention } from './retention.js';
import { SerialTask } from './serial-task.js';

const RETRY_MS = 1_000;
/** A delivered text is gone from the index this long after. */
const FORGET_TEXT_MS = 2_000;

export interface HousekeepingPorts {
  readonly state: JournalState;
  readonly retention: Retention;
  readonly health: DiskHealth;
  readonly index: IndexKeeper;
  audio(): AudioStore;
}

/** Cuts out what is pending and deletes what is needed no more; what is deleted is known on the disk to be. */
export class Housekeeping {
  readonly #ports: HousekeepingPorts;
  /** Utterances whose sound is still in the recordings' own files. */
  readonly #uncut = new Set<number>();
  readonly #task = new SerialTask(() => this.#tidy());
  readonly #forgetting = new SerialTask(() => this.#forget());
  #closed = false;

  constructor(ports: HousekeepingPorts) {
    this.#ports = ports;
    for (const { id } of ports.state.utterances.values()) {
      if (!ports.retention.has(id)) this.#uncut.add(id);
    }
  }

  /** A new utterance: its sound is part of a recording. */
  noteRecorded(id: number): void {
    this.#uncut.add(id);
  }

  /** Delivered or dropped: its own sound is needed no more, unless delivered ones are kept. */
  noteSettled(id: number): void {
    const utterance = this.#ports.state.utterances.get(id);
    if (utterance !== undefined && !this.#ports.retention.keeps(utterance)) this.#uncut.delete(id);
    this.forgetWithin(FORGET_TEXT_MS);
  }

  /** Whether a stretch of a recording must stay: it is not released, or an utterance needs it. */
  isNeeded(recording: number, from: number, to: number): boolean {
    const { recordings, utterances } = this.#ports.state;
    const known = recordings.get(recording);
    if (known === undefined) return false;
    if (known.released < to) return true;
    for (const id of this.#uncut) {
      const utterance = utterances.get(id);
      if (utterance === undefined || utterance.recording !== recording) continue;
      if (utterance.from < to && from < utterance.to) return true;
    }
    return false;
  }

  /** A delivered text stays in the index as long as its sound: one whose end was let go, since `before`, goes with it. */
  noteReleased(recording: number, before: number): void {
    const { recordings, utterances } = this.#ports.state;
    const released = recordings.get(recording)?.released ?? before;
    const ends = [...utterances.values()].some(
      ({ recording: own, state, to }) =>
        own === recording && state === 'delivered' && before < to && to <= released,
    );
    if (ends) this.forgetWithin(FORGET_TEXT_MS);
  }

  /** Resolves when it has been done once from the start. */
  now(): Promise<void> {
    return this.#task.now();
  }

  within(delayMs: number): void {
    if (!this.#closed) this.#task.within(delayMs);
  }

  /** Texts that are over leave the index too. */
  forgetWithin(delayMs: number): void {
    if (!this.#closed) this.#forgetting.within(delayMs);
  }

  /** Nothing is tried again from here on. */
  stop(): void {
    this.#closed = true;
  }

  close(): void {
    this.#task.cancel();
    this.#forgetting.cancel();
  }

  async #forget(): Promise<void> {
    await this.#task.now();
    await this.#ports.index.compact();
  }

  async #tidy(): Promise<void> {
    const { index, health, retention, state } = this.#ports;
    await index.flush();
    if (health.isFailing('index')) return this.within(RETRY_MS);
    try {
      await retention.settle(state);
      await this.#sweep();
      if (await this.#cutWavs()) await this.#sweep();
      await retention.enforceQuota(state, this.#ports.audio().bytes + index.bytes);
      health.worked('files');
    } catch (cause) {
      health.failed('files', cause);
      this.within(RETRY_MS);
    }
  }

  /** False where there was nothing to cut. */
  async #cutWavs(): Promise<boolean> {
    const { state, retention } = this.#ports;
    const before = this.#uncut.size;
    for (const id of [...this.#uncut]) {
      const utterance = state.utterances.get(id);
      if (utterance === undefined || !retention.wants(utterance)) continue;
      const { recording, from, to } = utterance;
      await retention.cut(utterance, await this.#ports.audio().read(recording, from, to));
      this.#uncut.delete(id);
    }
    return this.#uncut.size < before;
  }

  async #sweep(): Promise<void> {
    const { utterances, recordings } = this.#ports.state;
    const audio = this.#ports.audio();
    for (const utterance of utterances.values()) {
      if (this.#isForgettable(utterance)) utterances.delete(utterance.id);
    }
    for (const recording of recordings.values()) {
      if (await audio.sweep(recording.id, recording.ended)) continue;
      if (this.#hasUtterances(recording.id)) continue;
      audio.forget(recording.id);
      recordings.delete(recording.id);
    }
  }

  /** Until its sound is released, a delivered utterance says that this sound is not to be offered again. */
  #isForgettable(utterance: Utterance): boolean {
    const { retention, state } = this.#ports;
    if (utterance.state !== 'delivered' || retention.keeps(utterance)) return false;
    const recording = state.recordings.get(utterance.recording);
    return recording === undefined || recording.released >= utterance.to;
  }

  #hasUtterances(recording: number): boolean {
    return [...this.#ports.state.utterances.values()].some((each) => each.recording === recording);
  }
}
