import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { BreakerMemory } from '../../domain/breaker.js';
import type { DemandLine } from '../../domain/events.js';
import { FAULT_CLASSES } from '../../domain/fault.js';

/** What the policy has learned, kept over restarts, for one card, driver, model and number type. */
export interface StoredFigures {
  readonly breaker: BreakerMemory | null;
  readonly demand: DemandLine | null;
  /** What the speech model was measured to take on the card. */
  readonly sttMb?: number;
  /** The same of the smaller model. */
  readonly small?: LearnedOfSmall;
}

interface LearnedOfSmall {
  readonly model: string;
  readonly demand: DemandLine;
  readonly sttMb?: number | undefined;
}

/** For what something was learned. */
export interface Circumstances {
  /** Card, driver, model and number type. */
  readonly key: string;
  readonly bootId: string;
  /** The packages that compute on the card, and the files of the models that they compute with. */
  readonly build: string;
  /** The smaller model; left out where there is none. */
  readonly smallModel?: string | null;
}

const lineSchema = z.object({ baseMb: z.number(), mbPerS: z.number(), samples: z.number() });
const fileSchema = z.object({
  bootId: z.string(),
  key: z.string(),
  build: z.string().default(''),
  breaker: z
    .object({
      kind: z.enum(['closed', 'open', 'half_open', 'isolated']),
      cause: z.enum(FAULT_CLASSES),
      remainingS: z.number(),
      failures: z.number(),
    })
    .nullable(),
  demand: lineSchema.nullable(),
  sttMb: z.number().positive().optional(),
  small: z
    .object({ model: z.string(), demand: lineSchema, sttMb: z.number().positive().optional() })
    .optional(),
});

export const NOTHING_LEARNED: StoredFigures = { breaker: null, demand: null };

/**
 * Reads what an earlier run learned. Figures of another driver or model say nothing; an opened breaker is void
 * after a reboot, which resets the card, and for another build or file of the model, which may be the one that fits. A
 * file that can't be read is as good as none.
 */
export function readLearnedFigures(
  file: string,
  { key, bootId, build, smallModel = null }: Circumstances,
): StoredFigures {
  try {
    const kept = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    if (kept.key !== key) return NOTHING_LEARNED;
    const holds = kept.bootId === bootId && kept.build === build;
    const size = kept.sttMb === undefined ? {} : { sttMb: kept.sttMb };
    const small = kept.small?.model === smallModel ? { small: kept.small } : {};
    return { demand: kept.demand, breaker: holds ? kept.breaker : null, ...size, ...small };
  } catch {
    return NOTHING_LEARNED;
  }
}

/** Writes it beside and renames, so that a kill leaves the old or the new. Failure loses only learning. */
export function writeLearnedFigures(
  file: string,
  circumstances: Circumstances,
  learned: StoredFigures,
): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify({ ...circumstances, ...learned }), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    // A full disk must not end dictation; the next change tries again.
  }
}
