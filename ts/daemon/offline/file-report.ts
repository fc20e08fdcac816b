import { BYTES_PER_SAMPLE, samplesToSeconds } from '../../domain/units.js';
import type { UtteranceReport } from '../delivery/sessions.js';
import { OverdriveWatch } from '../hearing/overdrive.js';

/** What `swictation transcribe` tells about one file; names are those of its JSON. */
export interface FileResult {
  readonly file: string;
  readonly text: string;
  readonly segments: readonly { start_s: number; end_s: number; text: string }[];
  readonly engine: string;
  readonly device: string;
  readonly audio_s: number;
  readonly stt_ms: number;
}

/** One line of output. */
export function renderResult(result: FileResult, json: boolean): string {
  return json ? JSON.stringify(result) : result.text;
}

/** Gathers the utterances of one file. */
export class FileReport {
  private readonly utterances: UtteranceReport[] = [];
  private heardBytes = 0;
  private readonly overdrive = new OverdriveWatch();

  constructor(private readonly file: string) {}

  /** The sound is the person's own file: nothing of it is kept elsewhere. */
  get leftOut(): string {
    return `${this.file}: a part of the speech did not become text: listen to it again`;
  }

  heard(pcm: Buffer): void {
    this.heardBytes += pcm.length;
    this.overdrive.hear(pcm);
  }

  get heardS(): number {
    return samplesToSeconds(this.heardBytes / BYTES_PER_SAMPLE);
  }

  /** What people should know of its sound, which is no error; null where there is nothing. */
  get note(): string | null {
    if (!this.overdrive.isOverdriven) return null;
    return `${this.file} is overdriven, words may be wrong: record it at a lower level`;
  }

  add(report: UtteranceReport): void {
    this.utterances.push(report);
  }

  result(): FileResult {
    const last = this.utterances.at(-1);
    return {
      file: this.file,
      text: joinTexts(this.utterances.map((utterance) => utterance.text)),
      segments: this.utterances.map(toSegment),
      engine: last?.engine ?? 'none',
      device: last?.device ?? 'cpu',
      audio_s: round(this.heardS),
      stt_ms: round(this.utterances.reduce((sum, { sttMs }) => sum + sttMs, 0)),
    };
  }
}

/** Utterances follow each other as they would be typed: one space between, none behind a key or a new line. */
function joinTexts(texts: readonly string[]): string {
  return texts.reduce((joined, text) => {
    if (joined === '' || /(?:\s|<KEY:[^<>]+>)$/.test(joined)) return joined + text;
    return `${joined} ${text}`;
  }, '');
}

function toSegment(report: UtteranceReport): { start_s: number; end_s: number; text: string } {
  const { startS, seconds, text } = report;
  return { start_s: round(startS), end_s: round(startS + seconds), text };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

const SHOW_EVERY_S = 10;

/** Progress of long files, on a terminal only. */
export class Progress {
  private shownS = 0;

  constructor(
    private readonly stream: { write(text: string): unknown; readonly isTTY?: boolean },
  ) {}

  show(file: string, heardS: number): void {
    if (this.stream.isTTY !== true || Math.abs(heardS - this.shownS) < SHOW_EVERY_S) return;
    this.shownS = heardS;
    const minutes = Math.floor(heardS / 60);
    const seconds = String(Math.floor(heardS % 60)).padStart(2, '0');
    this.stream.write(`\r${file}: ${minutes}:${seconds} heard\x1b[K`);
  }

  clear(): void {
    if (this.stream.isTTY === true && this.shownS > 0) this.stream.write('\r\x1b[K');
    this.shownS = 0;
  }
}
