import type { AudioSource } from '../../system/desktop/audio-source.js';
import { findAudioSource } from '../../system/desktop/audio-sources.js';

/** What people are told of the input that they chose. */
export type InputNews =
  /** It is not there; `instead` records meanwhile, null: whatever the desktop chooses. */
  | { readonly kind: 'gone'; readonly name: string; readonly instead: string | null }
  | { readonly kind: 'back'; readonly name: string };

export interface ChosenInputPorts {
  /** `[audio] device`, empty: the desktop's choice. */
  wanted(): string;
  list(): Promise<readonly AudioSource[]>;
  /** From now on sound comes from here; null: from the desktop's choice. */
  use(input: AudioSource | null): void;
  tell(news: InputNews): void;
}

/** The input that `[audio] device` names, for as long as it is there, else the desktop's choice. */
export class ChosenInput {
  private used: AudioSource | null = null;
  private told: 'gone' | 'here' | null = null;
  private lookedFor = '';
  /** The sound server's name of it, once it was there: its number may be another's meanwhile. */
  private seen: string | null = null;
  /** How people read it: as it was called when it was there last. */
  private name = '';
  private looking: Promise<void> | null = null;

  constructor(private readonly ports: ChosenInputPorts) {}

  /** What records: null for the desktop's choice. */
  get input(): AudioSource | null {
    return this.used;
  }

  /** Whether it was looked for. What was not may be there. */
  get isKnown(): boolean {
    const wanted = this.ports.wanted();
    return wanted === '' || (wanted === this.lookedFor && this.told !== null);
  }

  /** Looks whether it is there. Never rejects; while one look lasts, others wait for it. */
  look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const wanted = this.ports.wanted();
    if (wanted !== this.lookedFor) this.begin(wanted);
    if (wanted === '') return;
    const sources = await this.ports.list();
    // A sound server that does not answer says nothing about its inputs.
    if (sources.length === 0) return;
    const found = this.find(sources, wanted);
    if (found === null) this.lost(sources.find(({ isDefault }) => isDefault) ?? null);
    else this.found(found);
  }

  private find(sources: readonly AudioSource[], wanted: string): AudioSource | null {
    if (this.seen === null) return findAudioSource(sources, wanted);
    const same = sources.find(({ name }) => name === this.seen);
    if (same !== undefined) return same;
    return /^\d+$/.test(wanted) ? null : findAudioSource(sources, wanted);
  }

  private begin(wanted: string): void {
    this.lookedFor = wanted;
    this.seen = null;
    this.name = wanted;
    this.told = null;
    this.switchTo(null);
  }

  private found(source: AudioSource): void {
    this.seen = source.name;
    this.name = source.description;
    if (this.told === 'gone') this.ports.tell({ kind: 'back', name: this.name });
    this.told = 'here';
    this.switchTo(source);
  }

  private lost(instead: AudioSource | null): void {
    if (this.told !== 'gone') {
      this.ports.tell({ kind: 'gone', name: this.name, instead: instead?.description ?? null });
    }
    this.told = 'gone';
    this.switchTo(null);
  }

  private switchTo(source: AudioSource | null): void {
    if (source?.name === this.used?.name) return;
    this.used = source;
    this.ports.use(source);
  }
}
