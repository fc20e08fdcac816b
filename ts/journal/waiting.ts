/** Since when sound waits: for its write, for its flush, or in a flush that is under way. */
export class Waiting {
  #unwrittenS: number | null = null;
  #unsyncedS: number | null = null;
  #syncingS: number | null = null;

  /** Null when everything is flushed. */
  get oldestS(): number | null {
    return earliest(this.#syncingS, earliest(this.#unsyncedS, this.#unwrittenS));
  }

  arrived(atS: number): void {
    this.#unwrittenS ??= atS;
  }

  beginWrite(): number | null {
    const sinceS = this.#unwrittenS;
    this.#unsyncedS = earliest(this.#unsyncedS, sinceS);
    this.#unwrittenS = null;
    return sinceS;
  }

  written(sinceS: number | null): void {
    this.#unsyncedS = earliest(this.#unsyncedS, sinceS);
  }

  notWritten(sinceS: number | null): void {
    this.#unwrittenS = earliest(this.#unwrittenS, sinceS);
  }

  beginSync(): number | null {
    this.#syncingS = this.#unsyncedS;
    this.#unsyncedS = null;
    return this.#syncingS;
  }

  synced(): void {
    this.#syncingS = null;
  }
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
