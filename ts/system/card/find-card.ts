import type { Env } from '../env.js';
import { runProgram } from '../process/process.js';
import { type CardRow, parseRow } from './card-row.js';
import { describeChoice } from './describe-choice.js';
import { describeHidden, describeNoFigures, describeNoRow, type NoCard } from './no-card.js';
import { areAllAsleep, findPciCards, loadedDriverVersion, mayHaveCard } from './pci.js';
import { describeRunTrouble, warningIn } from './trouble.js';
import { isVisible, type VisibleCard, visibleCard } from './visible-card.js';

/** What is known of the card that would be used, without having woken it. MB of 10^6 bytes. */
export interface CardFacts {
  readonly kind: 'card';
  readonly asleep: boolean;
  readonly driverVersion: string;
  /** The rest is null while the card sleeps. */
  readonly name: string | null;
  readonly uuid: string | null;
  readonly totalMb: number | null;
  readonly freeMb: number | null;
  /** What nvidia-smi warned of beside right figures; null: nothing. */
  readonly warning: string | null;
  /** Which of several cards it is and how another one is chosen; null where there is one. */
  readonly choice: string | null;
}

/** Without persistence mode the driver loads itself for each question, which takes 6 to 8 s. */
export const FIRST_ANSWER_MS = 20_000;
const FIELDS = 'index,uuid,name,driver_version,memory.total,memory.used,memory.free';

/**
 * The card that CUDA would use here, or why there is none. Where the kernel sees none, nothing is started; where all
 * sleep, the driver is not asked, because the question alone would wake them.
 */
export async function findCard(
  env: Env,
  deadlineMs = FIRST_ANSWER_MS,
): Promise<CardFacts | NoCard> {
  if (!mayHaveCard(env)) return { kind: 'absent' };
  const visible = visibleCard(env);
  if (visible.kind === 'hidden') return describeHidden(env);
  if (areAllAsleep(env)) return describeSleepingCard(env);
  return askDriver(env, visible, deadlineMs);
}

/** As `findCard`, whatever the kernel sees and though the question may wake a card. */
export async function askDriver(
  env: Env,
  visible: VisibleCard,
  deadlineMs = FIRST_ANSWER_MS,
): Promise<CardFacts | NoCard> {
  const query = [`--query-gpu=${FIELDS}`, '--format=csv,noheader,nounits'];
  const result = await runProgram('nvidia-smi', query, {
    env: { ...env },
    timeoutMs: deadlineMs,
  });
  const lines = result.stdout.split('\n');
  const rows = lines.map(parseRow).filter((row) => row !== null);
  if (rows.length === 0) return describeNoRow(describeRunTrouble(result), env);
  return chooseRow(rows, visible, env, warningIn(result, rows.length));
}

/** The exit code alone says little: 14 is a warning, and the figures beside it are right. */
function chooseRow(
  rows: readonly CardRow[],
  visible: VisibleCard,
  env: Env,
  warning: string | null,
): CardFacts | NoCard {
  const named = rows.filter((row) => isVisible(visible, row));
  const [row] = named;
  if (row === undefined || named.length > 1) return describeHidden(env, rows);
  const { name, uuid, driverVersion, totalMb, freeMb } = row;
  if (totalMb === null) return describeNoFigures(row);
  const choice = describeChoice(row, rows, env);
  return {
    ...{ kind: 'card', asleep: false, name, uuid, driverVersion, totalMb, freeMb },
    ...{ warning, choice },
  };
}

function describeSleepingCard(env: Env): CardFacts | NoCard {
  const driverVersion = loadedDriverVersion(env);
  if (driverVersion === null || findPciCards(env).length === 0) {
    return describeNoRow({ kind: 'missing', message: 'the NVIDIA driver is not loaded' }, env);
  }
  const unknown = { name: null, uuid: null, totalMb: null, freeMb: null };
  return { kind: 'card', asleep: true, driverVersion, ...unknown, warning: null, choice: null };
}
