import type { Env } from '../system/env.js';
import { areAllAsleep, findPciCards, loadedDriverVersion, mayHaveCard } from '../system/pci.js';
import { runProgram } from '../system/process/process.js';
import { mibToMb } from './mib.js';

/** What is known of the card that would be used, without having woken it. */
export interface CardFacts {
  readonly asleep: boolean;
  readonly driverVersion: string;
  /** The rest is null while the card sleeps. */
  readonly name: string | null;
  readonly uuid: string | null;
  readonly totalMb: number | null;
}

const ANSWER_MS = 10_000;
const FIELDS = 'name,uuid,driver_version,memory.total';

/**
 * The first NVIDIA card with a working driver, or null. Where the kernel sees none, nothing is started; where
 * all sleep, the driver is not asked, because the question alone would wake them.
 */
export async function hasCard(env: Env): Promise<CardFacts | null> {
  if (!mayHaveCard(env)) return null;
  if (areAllAsleep(env)) return describeSleepingCard(env);
  const query = [`--query-gpu=${FIELDS}`, '--format=csv,noheader,nounits'];
  const result = await runProgram('nvidia-smi', query, { env: { ...env }, timeoutMs: ANSWER_MS });
  return result.kind === 'ended' && result.code === 0 ? parseFacts(result.stdout) : null;
}

function describeSleepingCard(env: Env): CardFacts | null {
  const driverVersion = loadedDriverVersion(env);
  if (driverVersion === null || findPciCards(env).length === 0) return null;
  return { asleep: true, driverVersion, name: null, uuid: null, totalMb: null };
}

function parseFacts(stdout: string): CardFacts | null {
  for (const line of stdout.split('\n')) {
    const [name, uuid, driverVersion, total] = line.split(',').map((column) => column.trim());
    const totalMib = Number(total);
    if (!name || !uuid || !driverVersion || !total || !(totalMib > 0)) continue;
    return { asleep: false, name, uuid, driverVersion, totalMb: mibToMb(totalMib) };
  }
  return null;
}
