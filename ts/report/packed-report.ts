import type { ReportData } from './report-data.js';

/**
 * The data inside the page: JSON of differences and of indexes into lists of names, deflated, in base64. A week of
 * 600,000 samples and 60,480 texts stays below 3 MB so.
 */
export interface PackedReport {
  readonly source: string;
  readonly simulated: boolean;
  readonly clock: ReportData['clock'];
  readonly fromS: number;
  readonly toS: number;
  readonly card: ReportData['card'];
  /** Tenths of a second and whole MB, as differences from the one before. */
  readonly memory: {
    readonly t: number[];
    readonly used: number[];
    readonly own: number[];
    readonly cache: number[];
  };
  readonly lanes: ReportData['lanes'];
  readonly rungs: readonly string[];
  /** Hundredths of a second; `ended` as differences. */
  readonly texts: {
    readonly ended: number[];
    readonly speech: number[];
    readonly delay: number[];
    readonly rung: number[];
    readonly place: number[];
    readonly words: (number | null)[];
    readonly rescued: number[];
  };
  readonly marks: ReportData['marks'];
}
