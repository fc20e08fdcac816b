import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SegmentRow } from '../../ts/store/rows.js';

/** A folder of the test's own, gone afterwards. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'swictation-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function segment(sessionId: number, changes: Partial<SegmentRow> = {}): SegmentRow {
  return {
    sessionId,
    timestampS: 1_700_000_010,
    sessionS: 20,
    durationS: 3,
    words: 6,
    characters: 30,
    text: 'a private sentence of six words',
    vadLatencyMs: 2,
    audioSaveLatencyMs: 0.5,
    sttLatencyMs: 300,
    transformLatencyUs: 8,
    injectionLatencyMs: 12,
    totalLatencyMs: 320,
    transformations: 1,
    keyboardActions: 0,
    ...changes,
  };
}
