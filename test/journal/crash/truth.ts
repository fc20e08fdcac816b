/** An utterance as whoever uses the journal knows it. */
export interface TrueUtterance {
  readonly id: number;
  readonly recording: number;
  readonly from: number;
  readonly to: number;
  text: string | null;
  /** The first key may have been pressed. */
  typing: boolean;
  /** Delivered, or thrown away by a person (`dropped`). */
  over: boolean;
  dropped: boolean;
}

export interface TrueRecording {
  readonly id: number;
  /** Samples that arrived, and of which it was said that they are flushed. */
  samples: number;
  flushed: number;
  released: number;
}

/** All that is known at one moment. */
export class Truth {
  readonly utterances = new Map<number, TrueUtterance>();
  readonly recordings = new Map<number, TrueRecording>();

  copy(): Truth {
    const copy = new Truth();
    for (const [id, each] of this.utterances) copy.utterances.set(id, { ...each });
    for (const [id, each] of this.recordings) copy.recordings.set(id, { ...each });
    return copy;
  }
}

interface Known {
  readonly operations: number;
  readonly truth: Truth;
}

/** What was done, and what the journal had promised to be durable, by the number of operations on the disk. */
export class History {
  private readonly done: Known[] = [];
  private readonly promised: Known[] = [];

  constructor(private readonly operations: () => number) {}

  note(truth: Truth): void {
    this.done.push({ operations: this.operations(), truth: truth.copy() });
  }

  promise(truth: Truth): void {
    this.promised.push({ operations: this.operations(), truth: truth.copy() });
  }

  doneAt(operations: number): Truth {
    return latest(this.done, operations);
  }

  promisedAt(operations: number): Truth {
    return latest(this.promised, operations);
  }
}

function latest(known: readonly Known[], operations: number): Truth {
  return known.findLast((each) => each.operations <= operations)?.truth ?? new Truth();
}
