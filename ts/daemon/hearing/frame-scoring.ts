import { BYTES_PER_SAMPLE, FRAME_SAMPLES } from '../../domain/units.js';
import type { Hypothesis } from '../../speech/endpointing.js';
import type { Mark, SegmenterSettings } from '../../speech/marks.js';
import { cutLive, flushSegmenter, hearFrame, hearHypothesis } from '../../speech/segmenter.js';
import type { JournalPort } from '../ports.js';
import type { Ear } from './ear.js';
import { raiseForEar } from './ear-level.js';
import { beginTake, isScored, noteVoiced, type Take, waitingFrames } from './take.js';

export interface FrameScoringEffects {
  readonly journal: JournalPort;
  whenDone<T>(work: Promise<T>, then: (value: T) => void): void;
  onMark(take: Take, mark: Mark): void;
  /** Frames of it were scored, and cut where something ended. */
  onScored(take: Take): void;
  /** All of the take has been cut into utterances. */
  onTakeCut(take: Take): void;
}

/** Frames of one request: small enough for a quick answer, large enough for files played at full speed. */
const MAX_FRAMES = 256;

/** Samples to marks: journal first, then the ear, then the segmenter, take after take, in order. */
export class FrameScoring {
  private readonly takes: Take[] = [];
  private scoring = false;
  private drained: (() => void)[] = [];

  constructor(
    private readonly ear: Ear,
    private readonly effects: FrameScoringEffects,
  ) {}

  /** A new take behind those that are still being cut. */
  begin(
    fields: Pick<Take, 'recording' | 'session' | 'startedS' | 'hold'> & { firstSample?: number },
    settings: SegmenterSettings,
  ): Take {
    const take = beginTake(fields, settings);
    this.takes.push(take);
    return take;
  }

  /** PCM of the running take (s16le, whole samples). It is in the journal before anything looks at it. */
  hear(take: Take, pcm: Buffer): void {
    this.effects.journal.append(take.recording, pcm);
    this.heard(take, pcm.length / BYTES_PER_SAMPLE);
  }

  /** Samples that are in the journal already. */
  heard(take: Take, samples: number): void {
    take.heardSamples += samples;
    this.advance();
  }

  /** No more samples come: what was begun becomes an utterance. */
  end(take: Take): void {
    take.ended = true;
    this.advance();
  }

  /** What the recogniser made of the take's candidate. */
  considerHypothesis(take: Take, hypothesis: Hypothesis): void {
    const step = hearHypothesis(take.segmenter, hypothesis);
    take.segmenter = step.segmenter;
    for (const mark of step.marks) this.effects.onMark(take, mark);
  }

  /** Cuts off what lies before a frame of speech that goes on. Answers the utterance, null where there is none to cut. */
  cutLive(take: Take, frame: number): Extract<Mark, { kind: 'utterance' }> | null {
    const step = cutLive(take.segmenter, frame);
    take.segmenter = step.segmenter;
    return step.marks.find((mark) => mark.kind === 'utterance') ?? null;
  }

  /** Scores what waits. Call it when frames came or a process became ready. */
  advance(): void {
    while (!this.scoring) {
      const take = this.takes[0];
      if (take === undefined) return;
      if (isScored(take)) this.finish(take);
      else if (!this.scoreNext(take)) return;
    }
  }

  /** Resolves when less than `samples` wait for the ear: back-pressure for sources that outrun it. */
  whenBelow(samples: number): Promise<void> {
    if (this.backlogSamples <= samples) return Promise.resolve();
    return new Promise((resolve) => {
      this.drained.push(() => {
        void this.whenBelow(samples).then(resolve);
      });
    });
  }

  get backlogSamples(): number {
    return this.takes.reduce((sum, take) => sum + take.heardSamples - take.scoredSamples, 0);
  }

  private scoreNext(take: Take): boolean {
    const frames = Math.min(MAX_FRAMES, waitingFrames(take));
    if (frames === 0 || !this.ear.isReady) return false;
    this.scoring = true;
    const from = take.scoredSamples;
    const to = Math.min(take.heardSamples, from + frames * FRAME_SAMPLES);
    this.effects.whenDone(this.effects.journal.read(take.recording, from, to), (pcm) => {
      const heard = raiseForEar(take.earLevel, padToFrames(pcm, frames));
      this.ear.score(take.earState, heard.pcm, (scores) => {
        this.scoring = false;
        if (scores === null) {
          this.advance();
          return;
        }
        take.earState = scores.state;
        take.earLevel = heard.level;
        take.scoredSamples = to;
        this.cut(take, scores.probabilities);
        this.notifyDrained();
        this.advance();
      });
    });
    return true;
  }

  private cut(take: Take, probabilities: readonly number[]): void {
    for (const probability of probabilities) {
      const { frame, settings } = take.segmenter;
      if (probability >= settings.threshold) noteVoiced(take, frame);
      const step = hearFrame(take.segmenter, probability);
      take.segmenter = step.segmenter;
      for (const mark of step.marks) this.effects.onMark(take, mark);
    }
    this.effects.onScored(take);
  }

  private finish(take: Take): void {
    this.takes.shift();
    const step = flushSegmenter(take.segmenter, take.heardSamples - take.firstSample);
    take.segmenter = step.segmenter;
    for (const mark of step.marks) this.effects.onMark(take, mark);
    this.notifyDrained();
    this.effects.onTakeCut(take);
  }

  private notifyDrained(): void {
    const waiting = this.drained;
    this.drained = [];
    for (const wake of waiting) wake();
  }
}

function padToFrames(pcm: Buffer, frames: number): Buffer {
  const wanted = frames * FRAME_SAMPLES * BYTES_PER_SAMPLE;
  if (pcm.length === wanted) return pcm;
  return Buffer.concat([pcm.subarray(0, wanted)], wanted);
}
