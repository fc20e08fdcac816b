import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rig } from './rig.js';
import { RATE_HZ } from './spoken.js';

/** A point in the life of a sentence at which a fault strikes. */
export interface Moment {
  readonly name: string;
  readonly device?: 'sim';
  /** Whether somebody speaks already: before the strike, while the models load, or only after it. */
  readonly speech: 'running' | 'while loading' | 'after';
  /** Sentences that are said; the last one comes after the strike. */
  readonly sentences: number;
  /** Before the first word is said. */
  prepare?(rig: Rig): void;
  /** Resolves at the moment. Called before speech begins. */
  wait(rig: Rig): Promise<void>;
}

/** How long after its begin a sentence is sure to be in the middle of a word. */
const INTO_SENTENCE_S = 1.1;
const INTO_PAUSE_S = 0.35;

const firstOf = (rig: Rig) => rig.speech.sentences[0] ?? { fromSample: 0, toSample: 0 };

export const MOMENTS = {
  idle: {
    name: 'idle',
    speech: 'after',
    sentences: 1,
    wait: () => Promise.resolve(),
  },
  firstFrame: {
    name: 'first frame',
    speech: 'running',
    sentences: 1,
    wait: (rig) => rig.reached(1),
  },
  midWord: {
    name: 'mid-word',
    speech: 'running',
    sentences: 2,
    wait: (rig) => rig.reached(firstOf(rig).fromSample + INTO_SENTENCE_S * RATE_HZ),
  },
  pause: {
    name: 'in the pause',
    speech: 'running',
    sentences: 2,
    wait: (rig) => rig.reached(firstOf(rig).toSample + INTO_PAUSE_S * RATE_HZ),
  },
  transcription: {
    name: 'during transcription',
    speech: 'running',
    sentences: 2,
    wait: async (rig) => {
      await rig.event('decision', ({ action }) => action === 'transcribe');
    },
  },
  beforeTyping: {
    name: 'between transcription and typing',
    speech: 'running',
    sentences: 3,
    // The second text is there, and waits because the first one is still being typed.
    prepare: (rig) => rig.desk.order('typing', 'slow'),
    wait: (rig) => rig.until(() => textsInJournal(rig) >= 2),
  },
  midTyping: {
    name: 'mid-typing',
    speech: 'running',
    sentences: 2,
    prepare: (rig) => rig.desk.order('typing', 'hold'),
    wait: (rig) => rig.until(() => rig.desk.windowBytes > 0),
  },
  modelLoad: {
    name: 'during model load',
    speech: 'while loading',
    sentences: 1,
    wait: async (rig) => {
      await rig.event(
        'worker',
        ({ event, generation }) => event === 'started' && Number(generation) < 1e6,
      );
    },
  },
  move: {
    name: 'during a move between devices',
    device: 'sim',
    speech: 'running',
    sentences: 2,
    wait: async (rig) => {
      await rig.reached(firstOf(rig).fromSample + INTO_SENTENCE_S * RATE_HZ);
      const moving = rig.event('migration');
      await rig.daemon.ask('migrate', { model: 'stt', device: 'cpu' });
      await moving;
    },
  },
} as const satisfies Record<string, Moment>;

export type MomentName = keyof typeof MOMENTS;

/** Utterances whose text the journal has on the disk. */
function textsInJournal(rig: Rig): number {
  try {
    const index = readFileSync(join(rig.workspace.journalDir, 'index.log'), 'utf8');
    return new Set(index.match(/"t":"transcribed","id":\d+/g) ?? []).size;
  } catch {
    return 0;
  }
}
