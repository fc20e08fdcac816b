import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { BreakerMemory } from '../domain/breaker.js';
import type { DemandLine } from '../domain/events.js';
import { FAULT_CLASSES } from '../domain/fault.js';

/** What the policy has learned, kept over restarts, for one card, driver, model and number type. */
export interface Remembered {
  readonly breaker: BreakerMemory | null;
  readonly demand: DemandLine | null;
}

const fileSchema = z.object({
  bootId: z.string(),
  key: z.string(),
  breaker: z
    .object({
      kind: z.enum(['closed', 'open', 'half_open', 'isolated']),
      cause: z.enum(FAULT_CLASSES),
      remainingS: z.number(),
      failures: z.number(),
    })
    .nullable(),
  demand: z.object({ baseMb: z.number(), mbPerS: z.number(), samples: z.number() }).nullable(),
});

const NOTHING: Remembered = { breaker: null, demand: null };

/**
 * Reads what an earlier run learned. Figures of another driver or model say nothing; an opened breaker is void
 * after a reboot, which resets the card. A file that can't be read is as good as none.
 */
export function recall(file: string, key: string, bootId: string): Remembered {
  try {
    const kept = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    if (kept.key !== key) return NOTHING;
    return { demand: kept.demand, breaker: kept.bootId === bootId ? kept.breaker : null };
  } catch {
    return NOTHING;
  }
}

/** Writes it beside and renames, so that a kill leaves the old or the new. Failure loses only learning. */
export function remember(file: string, key: string, bootId: string, learned: Remembered): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify({ bootId, key, ...learned }), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    // A full disk must not end dictation; the next change tries again.
  }
}
