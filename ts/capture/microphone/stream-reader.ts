import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ } from '../../domain/units.js';
import { ChannelMixer, LIVE_MIXING } from '../channels/mixer.js';
import { findAlignment } from './alignment.js';
import { FlowMeter } from './flow-meter.js';
import { Reshaper } from './reshaper.js';
import { findShape, looksMade, type Shape } from './shape.js';
import { startsWithHeader, withoutWords } from './text-in-sound.js';

/** What is wrong with a stream. After `header` and `rate` nothing of it can be used. */
export type StreamFlaw =
  | { readonly kind: 'words' | 'shifted' | 'swapped' | 'header' }
  | { readonly kind: 'shape'; readonly shape: Shape }
  | { readonly kind: 'rate'; readonly samplesPerS: number };

export interface ReaderPorts {
  nowS(): number;
  /** s16le, 16 kHz, mono. */
  sound(pcm: Buffer): void;
  flawed(flaw: StreamFlaw): void;
}

/** Loud words that are looked at before the first sound passes, a tenth of a second; nobody's text waits for it. */
const TELLING_WORDS = 1_600;
const LOUD = 64;
/** Sound is held back for so long, at most, while it is not clear what it is; where it is clear that it is not as announced, for longer. */
const LONGEST_HOLD_S = 1.5;
const LONGEST_ODD_HOLD_S = 5;
/** Of what is held back, the last second or more. */
const LOOKED_AT_BYTES = 192_000;
/** A rate that is not far from the announced one has to last for so long, the others for less, at the start still less. */
const SURE_S = { near: 1.2, far: 0.85, atStart: 0.4 } as const;
/** More or less than announced by this is odd. */
const ODD = 1.3;
/** From here on no hurry of a program explains that so many words come. */
const CLEARLY_ODD = 2.5;
/** A program that says nothing for so long will not make it clearer. */
const QUIET_S = 0.2;

/**
 * Bytes of a recording program to sound: words for people are taken out, samples that are shifted or swapped are put
 * right, and a stream of another rate or of more channels than announced is brought to what it should have been.
 */
export class StreamReader {
  private readonly flow: FlowMeter;
  private readonly mixer: ChannelMixer;
  private carry: Buffer = Buffer.alloc(0);
  private held: Buffer[] = [];
  /** Since when sound is held back; null while it passes. */
  private heldSinceS: number | null = null;
  private lastS = 0;
  /** The first sound was looked at. */
  private checked = false;
  /** Words a second that were found to be what the program means. */
  private acceptedRate: number;
  private readonly announcedRate: number;
  private swapped = false;
  private unusable = false;
  private reshaper: Reshaper | null = null;
  private readonly told = new Set<string>();
  /** Bytes of sound so far. */
  soundBytes = 0;

  constructor(
    private readonly ports: ReaderPorts,
    announced: Shape = { rateHz: SAMPLE_RATE_HZ, channels: 1 },
  ) {
    this.announcedRate = announced.rateHz * announced.channels;
    this.acceptedRate = this.announcedRate;
    this.flow = new FlowMeter(this.announcedRate, ports.nowS());
    this.mixer = new ChannelMixer({ channels: announced.channels, ...LIVE_MIXING });
  }

  take(bytes: Buffer): void {
    if (this.unusable) return;
    const isFirst = this.soundBytes === 0;
    if (isFirst && startsWithHeader(bytes)) {
      this.refuse({ kind: 'header' });
      return;
    }
    const { sound, words } = withoutWords(bytes, isFirst);
    if (words) this.tell({ kind: 'words' });
    if (sound.length === 0) return;
    this.soundBytes += sound.length;
    this.lastS = this.ports.nowS();
    this.flow.add(sound.length / BYTES_PER_SAMPLE, this.lastS);
    const slow = this.reshaper === null ? this.flow.slowRate(this.lastS) : null;
    if (slow !== null) this.judgeSlow(slow);
    if (this.unusable) return;
    const whole = this.wholeSamples(sound);
    if (whole.length > 0) this.pass(whole);
  }

  /** Call it now and then: what was held back for a check that nothing can finish goes on. */
  tick(): void {
    if (this.unusable) return;
    const nowS = this.ports.nowS();
    // What is suspected is not let go only because the machine is busy.
    const patienceS = this.checked ? LONGEST_HOLD_S : QUIET_S;
    if (this.heldSinceS !== null && nowS - this.lastS > patienceS) this.release();
  }

  /** The program has ended: hands over what is still held back. */
  end(): void {
    if (this.unusable) return;
    this.release();
    this.emit(this.mixer.flush());
  }

  private wholeSamples(sound: Buffer): Buffer {
    let all = this.carry.length === 0 ? sound : Buffer.concat([this.carry, sound]);
    const alignment = this.swapped ? null : findAlignment(all);
    if (alignment === 'shifted') {
      all = all.subarray(1);
      this.tell({ kind: 'shifted' });
    } else if (alignment === 'swapped') {
      this.swapped = true;
      this.tell({ kind: 'swapped' });
    }
    const even = all.length - (all.length % BYTES_PER_SAMPLE);
    this.carry = Buffer.from(all.subarray(even));
    const whole = Buffer.from(all.subarray(0, even));
    return this.swapped ? whole.swap16() : whole;
  }

  private pass(pcm: Buffer): void {
    if (this.reshaper !== null) {
      this.emit(this.reshaper.push(pcm));
      return;
    }
    const nowS = this.lastS;
    if (this.heldSinceS === null && this.mustCheck(pcm, nowS)) this.heldSinceS = nowS;
    if (this.heldSinceS === null) {
      this.emit(this.mixer.push(pcm));
      return;
    }
    this.held.push(pcm);
    this.judge(nowS, nowS - this.heldSinceS);
  }

  /** The first sound that is no silence, and later on what comes faster than it can. */
  private mustCheck(pcm: Buffer, nowS: number): boolean {
    if (!this.checked) return loudWords(pcm) > 0;
    if (this.flow.isTooFast(nowS) && this.isNews(nowS)) return loudWords(pcm) > 0;
    this.flow.settle(nowS);
    return false;
  }

  /** A rate that was looked at before is no news as long as it stays the same. */
  private isNews(nowS: number): boolean {
    if (this.acceptedRate === this.announcedRate) return true;
    const rate = this.flow.rateSince(nowS - SURE_S.near, nowS);
    return rate?.sure === true && isOff(rate.wordsPerS, this.acceptedRate);
  }

  private judge(nowS: number, heldS: number): void {
    // The first time all that came is looked at, later on only what came since it was odd.
    const rate = this.flow.rateSince(this.checked ? nowS - heldS : 0, nowS);
    const early = this.flow.isTooFast(nowS);
    const far = early && rate !== null && rate.wordsPerS > CLEARLY_ODD * this.announcedRate;
    const isLate = heldS > (far ? LONGEST_ODD_HOLD_S : LONGEST_HOLD_S);
    const isSure = rate !== null && this.isSure(rate, far);
    // Nothing is decided by what comes now: its words are not looked at.
    if (far && !isSure && !isLate) return;
    const words = toWords(Buffer.concat(this.held).subarray(-LOOKED_AT_BYTES));
    if (words.length < TELLING_WORDS || rate === null) {
      if (isLate) this.accept(null);
      return;
    }
    if (early && !isSure && !isLate) {
      // Without a sign of another shape nothing is held back longer than it takes to look.
      if (!isOff(rate.wordsPerS, this.announcedRate) || !looksMade(words))
        this.accept(rate.wordsPerS);
      return;
    }
    const shape = this.shapeOf(words, rate.wordsPerS, early);
    // Until more has come than the clock allows, it may be catching up.
    if (shape === null) this.accept(isSure && early ? rate.wordsPerS : null);
    else if (isSure && early) this.reshape(shape);
    else if (isLate && !(early && heldS < LONGEST_ODD_HOLD_S)) this.accept(null);
  }

  private isSure({ sure, overS }: { sure: boolean; overS: number }, far: boolean): boolean {
    if (!sure) return false;
    if (!far) return overS >= SURE_S.near;
    return overS >= (this.checked ? SURE_S.far : SURE_S.atStart);
  }

  private accept(rate: number | null): void {
    this.acceptedRate = rate ?? this.acceptedRate;
    this.release();
    this.flow.believe(this.lastS);
  }

  /** What the stream is instead of what was announced, null where it is that, or nothing known. */
  private shapeOf(words: Int16Array, wordsPerS: number, early: boolean): Shape | null {
    return !isOff(wordsPerS, this.announcedRate) ? null : findShape(words, wordsPerS, early);
  }

  private judgeSlow(wordsPerS: number): void {
    const shape = this.shapeOf(new Int16Array(0), wordsPerS, true);
    if (shape !== null) this.reshape(shape);
    else this.refuse({ kind: 'rate', samplesPerS: Math.round(wordsPerS) });
  }

  private reshape(shape: Shape): void {
    this.tell({ kind: 'shape', shape });
    this.reshaper = new Reshaper(shape);
    const held = this.held;
    this.letGo();
    for (const pcm of held) this.emit(this.reshaper.push(pcm));
  }

  private release(): void {
    const held = this.held;
    this.letGo();
    for (const pcm of held) this.emit(this.mixer.push(pcm));
  }

  private letGo(): void {
    this.held = [];
    this.heldSinceS = null;
    this.checked = true;
  }

  private refuse(flaw: StreamFlaw): void {
    this.unusable = true;
    this.held = [];
    this.tell(flaw);
  }

  private tell(flaw: StreamFlaw): void {
    if (this.told.has(flaw.kind)) return;
    this.told.add(flaw.kind);
    this.ports.flawed(flaw);
  }

  private emit(pcm: Buffer): void {
    if (pcm.length > 0) this.ports.sound(pcm);
  }
}

function isOff(wordsPerS: number, expected: number): boolean {
  return Math.abs(Math.log(wordsPerS / expected)) > Math.log(ODD);
}

function toWords(pcm: Buffer): Int16Array {
  const words = new Int16Array(pcm.length / BYTES_PER_SAMPLE);
  for (let at = 0; at < words.length; at += 1) words[at] = pcm.readInt16LE(at * BYTES_PER_SAMPLE);
  return words;
}

function loudWords(pcm: Buffer): number {
  return toWords(pcm).filter((word) => Math.abs(word) >= LOUD).length;
}
