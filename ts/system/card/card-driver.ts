import type { CardDriver } from '../../domain/torch-build.js';
import type { Env } from '../env.js';
import { runProgram } from '../process/process.js';
import { findPciCards, loadedDriverVersion } from './pci.js';
import { visibleCard } from './visible-card.js';

const ANSWER_MS = 20_000;

/**
 * Driver and compute capability of the card that CUDA would use, null without a working driver. It wakes a card that sleeps: where
 * that is not wanted ask `loadedDriverVersion`. The two are asked one by one, since drivers before 510 refuse a
 * question that holds a field they do not know.
 */
export async function findCardDriver(env: Env): Promise<CardDriver | null> {
  const version = /\b\d{3,4}\.\d+(\.\d+)*\b/.exec(await ask('driver_version', env))?.[0];
  if (version !== undefined) return { version, capability: await findCapability(env) };
  const loaded = findPciCards(env).length > 0 ? loadedDriverVersion(env) : null;
  return loaded === null ? null : { version: loaded, capability: null };
}

/** `8.6`: of the card that CUDA shows first, where it is chosen by its number; null where the driver does not tell. */
export async function findCapability(env: Env): Promise<string | null> {
  const visible = visibleCard(env);
  const lines = (await ask('compute_cap', env)).split('\n').map((line) => line.trim());
  const line = lines[visible.kind === 'index' ? visible.index : 0] ?? '';
  return /^\d{1,2}\.\d$/.test(line) ? line : null;
}

async function ask(field: string, env: Env): Promise<string> {
  const query = [`--query-gpu=${field}`, '--format=csv,noheader'];
  const answer = await runProgram('nvidia-smi', query, {
    env: { ...env },
    timeoutMs: ANSWER_MS,
  });
  return answer.kind === 'ended' && answer.code === 0 ? answer.stdout : '';
}
