import { REAL_DISK } from '../../../ts/journal/disk.js';
import { openJournal } from '../../../ts/journal/open.js';
import type { Journal } from '../../../ts/journal/types.js';
import { countingPcm } from '../counting-pcm.js';
import { type Operation, RecordingDisk } from './operations.js';
import { History, type TrueRecording, type TrueUtterance, Truth } from './truth.js';

export interface Played {
  readonly operations: readonly Operation[];
  readonly history: History;
  readonly keepDeliveredHours: number;
}

/** Small files, so that many are begun: 4 KiB of sound each. */
const PIECE_SAMPLES = 2_048;
const STEPS = 45;
const INFO = { device: 'cpu', engine: 'embedded' };

/** Sound of a recording: each sample says where it belongs. */
export function soundOf(recording: number, from: number, samples: number): Buffer {
  return countingPcm(recording * 7_919 + from + 1, samples);
}

/** Somebody dictates into a journal in `dir`, in an order that is drawn at random. */
export async function play(dir: string, random: () => number): Promise<Played> {
  const disk = new RecordingDisk(REAL_DISK);
  const keepDeliveredHours = random() < 0.3 ? 1 : 0;
  const { journal } = await openJournal({
    ...{ dir, disk, quotaMb: 500, keepDeliveredHours, pieceSamples: PIECE_SAMPLES, flushMs: 1 },
    onProblem: () => {},
    nowEpochS: () => 1_000,
  });
  const player = new Player(journal, random, new History(() => disk.operations.length));
  for (let step = 0; step < STEPS; step += 1) await player.step();
  await journal.close();
  player.finish();
  return { operations: disk.operations, history: player.history, keepDeliveredHours };
}

class Player {
  private readonly truth = new Truth();
  private recording: TrueRecording | null = null;
  /** What was promised last. */
  private last = new Truth();

  constructor(
    private readonly journal: Journal,
    private readonly random: () => number,
    readonly history: History,
  ) {}

  async step(): Promise<void> {
    const luck = this.random();
    if (this.recording === null) this.begin();
    else if (luck < 0.3) this.append(this.recording);
    else if (luck < 0.45) this.record(this.recording);
    else if (luck < 0.55) this.transcribe();
    else if (luck < 0.7) await this.startDelivery();
    else if (luck < 0.8) this.endDelivery();
    else if (luck < 0.85) this.keepPending();
    else if (luck < 0.88) await this.drop();
    else if (luck < 0.92) await this.untilFlushed();
    else if (luck < 0.95) await this.rest();
    else await this.end(this.recording);
    if (this.random() < 0.5) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  finish(): void {
    this.history.promise(this.truth);
  }

  private begin(): void {
    const id = this.journal.beginRecording();
    this.recording = { id, samples: 0, flushed: 0, released: 0 };
    this.truth.recordings.set(id, this.recording);
    this.history.note(this.truth);
  }

  private append(recording: TrueRecording): void {
    const samples = 200 + Math.floor(this.random() * 2_000);
    this.journal.append(recording.id, soundOf(recording.id, recording.samples, samples));
    recording.samples += samples;
    this.history.note(this.truth);
  }

  /** An utterance ends; what was heard up to it, or up to the middle of the rest, is looked at. */
  private record(recording: TrueRecording): void {
    const last = Math.max(recording.released, ...this.of(recording).map(({ to }) => to));
    const room = recording.samples - last;
    if (room < 600) return;
    const from = last + Math.floor(this.random() * (room / 4));
    const to = from + 256 + Math.floor(this.random() * (recording.samples - from - 256));
    const id = this.journal.recorded({ recording: recording.id, fromSample: from, toSample: to });
    const fresh = { text: null, typing: false, over: false, dropped: false };
    this.truth.utterances.set(id, { id, recording: recording.id, from, to, ...fresh });
    this.journal.release(recording.id, to);
    recording.released = Math.max(recording.released, to);
    this.history.note(this.truth);
  }

  private transcribe(): void {
    const utterance = this.pick(({ text }) => text === null);
    if (utterance === null) return;
    const length = this.random() < 0.2 ? 900 : 3;
    utterance.text = Array.from({ length }, (_, at) => `word${utterance.id}-${at}`).join(' ');
    this.journal.transcribed(utterance.id, utterance.text, INFO);
    this.history.note(this.truth);
  }

  private async startDelivery(): Promise<void> {
    const utterance = this.pick(({ typing, text }) => !typing && text !== null);
    if (utterance !== null) await this.type(utterance);
  }

  private async type(utterance: TrueUtterance): Promise<void> {
    utterance.typing = true;
    this.history.note(this.truth);
    await this.promised(() => this.journal.delivering(utterance.id));
  }

  private endDelivery(): void {
    const utterance = this.pick(({ typing }) => typing);
    if (utterance === null) return;
    utterance.over = true;
    this.journal.delivered(utterance.id);
    this.history.note(this.truth);
  }

  private keepPending(): void {
    const utterance = this.pick(() => true);
    if (utterance === null) return;
    this.journal.pending(
      utterance.id,
      utterance.typing ? 'may_already_be_typed' : 'injector_failed',
    );
  }

  private async drop(): Promise<void> {
    const utterance = this.pick(() => true);
    if (utterance === null) return;
    Object.assign(utterance, { over: true, dropped: true });
    this.history.note(this.truth);
    await this.promised(() => this.journal.drop(utterance.id));
  }

  /** The journal says that no sound waits for the disk. */
  private async untilFlushed(): Promise<void> {
    while (this.journal.stats().flushedBehindMs > 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const known = this.last.copy();
    for (const [id, each] of this.truth.recordings) {
      each.flushed = each.samples;
      known.recordings.set(id, { ...each });
    }
    this.promise(known);
  }

  private async rest(): Promise<void> {
    await this.promisedWithSound(() => this.journal.idle());
  }

  /** Often all is delivered by then, and nothing of the recording is needed any more. */
  private async end(recording: TrueRecording): Promise<void> {
    this.recording = null;
    if (this.random() < 0.6) await this.deliverAll(recording);
    await this.promisedWithSound(() => this.journal.endRecording(recording.id));
  }

  /** What was told to the journal before `act` is durable when it resolves. */
  private async promised(act: () => Promise<void>): Promise<void> {
    const before = this.truth.copy();
    await act();
    this.promise(before);
  }

  private promise(truth: Truth): void {
    this.last = truth;
    this.history.promise(truth);
  }

  private async promisedWithSound(act: () => Promise<void>): Promise<void> {
    const before = this.truth.copy();
    await act();
    for (const [id, each] of before.recordings) {
      each.flushed = each.samples;
      const known = this.truth.recordings.get(id);
      if (known !== undefined) known.flushed = each.samples;
    }
    this.promise(before);
  }

  private async deliverAll(recording: TrueRecording): Promise<void> {
    for (const utterance of this.of(recording).filter(({ over }) => !over)) {
      await this.deliver(utterance);
    }
    recording.released = recording.samples;
    this.journal.release(recording.id, recording.samples);
    this.history.note(this.truth);
  }

  private async deliver(utterance: TrueUtterance): Promise<void> {
    if (!utterance.typing) await this.type(utterance);
    utterance.over = true;
    this.journal.delivered(utterance.id);
    this.history.note(this.truth);
  }

  private of(recording: TrueRecording): readonly TrueUtterance[] {
    return [...this.truth.utterances.values()].filter((each) => each.recording === recording.id);
  }

  private pick(wanted: (utterance: TrueUtterance) => boolean): TrueUtterance | null {
    const all = [...this.truth.utterances.values()].filter((each) => !each.over && wanted(each));
    return all[Math.floor(this.random() * all.length)] ?? null;
  }
}
