import type { Rung } from '../../domain/device.js';

interface Spoken {
  readonly seconds: number;
  readonly endedS: number;
}

/** Keeps which utterances were spoken and which have their text; times are those of the world's clock. */
export class SpeechBook {
  spoken = 0;
  onGpu = 0;
  onCpu = 0;
  onRemote = 0;
  readonly delaysS: number[] = [];
  private readonly open = new Map<number, Spoken>();

  /** An utterance has ended; returns its number, from 1 up. */
  speak(seconds: number, endedS: number): number {
    this.spoken += 1;
    this.open.set(this.spoken, { seconds, endedS });
    return this.spoken;
  }

  secondsOf(utterance: number): number {
    return this.open.get(utterance)?.seconds ?? 0;
  }

  /** Text has come; false when this utterance had its text already. */
  write(utterance: number, device: Rung, nowS: number): boolean {
    const spoken = this.open.get(utterance);
    if (spoken === undefined) return false;
    this.open.delete(utterance);
    this.delaysS.push(nowS - spoken.endedS);
    if (device === 'cuda') this.onGpu += 1;
    else if (device === 'cpu') this.onCpu += 1;
    else this.onRemote += 1;
    return true;
  }

  unwrittenCount(): number {
    return this.open.size;
  }

  /** Utterances without text, oldest first. */
  unwritten(): readonly number[] {
    return [...this.open.keys()];
  }
}
