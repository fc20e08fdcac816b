import { existsSync, readFileSync } from 'node:fs';
import { askDriver, type CardFacts, findCard } from '../../system/card/find-card.js';
import type { NoCard } from '../../system/card/no-card.js';
import { loadedDriverVersion } from '../../system/card/pci.js';
import { visibleCard } from '../../system/card/visible-card.js';
import { findOnPath } from '../../system/find-on-path.js';
import { broken, type Check, type Env, fine, installCommand } from './check.js';
import { checkFit } from './driver-fit.js';

/** Without persistence mode an answer takes 6 to 8 s. */
const ANSWER_MS = 12_000;
/** Where no card is, the tool is asked for curiosity only. */
const TOOL_MS = 5_000;
/** The CPU engine, its process and some room: less than this free, and it is killed. */
const NEEDED_RAM_MB = 700;

export interface CardReport {
  /** A card whose driver answers, or that sleeps with its driver loaded. */
  readonly usable: boolean;
  readonly checks: readonly Check[];
}

/** Card, driver, sleep and free memory. A sleeping card is not asked: the question would wake it. */
export async function checkCard(env: Env): Promise<CardReport> {
  const found = await findCard(env, ANSWER_MS);
  switch (found.kind) {
    case 'absent':
      return reportNone(env);
    case 'card':
      return reportCard(found, env);
    case 'hidden':
    case 'unmeasured':
    case 'driver':
      return reportUnused(found, env);
    default:
      return found satisfies never;
  }
}

/** The daemon goes by what the kernel sees, so a tool that claims a card all the same is told as such. */
async function reportNone(env: Env): Promise<CardReport> {
  const found =
    findOnPath('nvidia-smi', env) === null ? null : await askDriver(env, visibleCard(env), TOOL_MS);
  const detail =
    found?.kind === 'card'
      ? `nvidia-smi tells of ${found.name}, the kernel has no such card: the CPU dictates`
      : 'no NVIDIA card: the CPU dictates';
  return { usable: false, checks: [fine('card', detail)] };
}

/** Memory of the machine itself, where the CPU engine lives. */
export function checkMemory(): Check {
  const kib = /^MemAvailable:\s+(\d+)/m.exec(readText('/proc/meminfo'))?.[1];
  const freeMb = Math.round((Number(kib ?? 0) * 1024) / 1e6);
  if (kib === undefined || freeMb >= NEEDED_RAM_MB) return fine('memory', `${freeMb} MB free`);
  const fix = 'close a program, or add swap';
  return broken('memory', `${freeMb} MB free, the CPU engine needs ${NEEDED_RAM_MB} MB`, fix);
}

async function reportCard(card: CardFacts, env: Env): Promise<CardReport> {
  if (card.asleep) {
    const detail = 'NVIDIA, asleep; it wakes up when dictation uses it';
    return usable(card, fine('card', detail), env);
  }
  const memory = `${toMb(card.freeMb)} of ${toMb(card.totalMb)} MB free`;
  const notes = [card.choice, card.warning].filter((note) => note !== null);
  return usable(card, fine('card', [`${card.name}, ${memory}, awake`, ...notes].join('; ')), env);
}

async function usable(card: CardFacts, check: Check, env: Env): Promise<CardReport> {
  return { usable: true, checks: [check, await checkFit(card, env), suspendCheck()] };
}

function reportUnused(why: Exclude<NoCard, { kind: 'absent' }>, env: Env): CardReport {
  const hint = why.kind === 'unmeasured' && why.hint !== undefined ? `; ${why.hint}` : '';
  const detail = `${why.message}: the CPU dictates${hint}`;
  const checks =
    why.kind === 'driver'
      ? [fine('card', CARD_WITHOUT_DRIVER), checkDriver(env, why)]
      : [
          why.help === null || isWished(env)
            ? fine('card', detail)
            : broken('card', detail, why.help),
        ];
  return { usable: false, checks };
}

/** Who hides all cards wants it so. */
function isWished(env: Env): boolean {
  return visibleCard(env).kind === 'hidden';
}

const CARD_WITHOUT_DRIVER = 'NVIDIA, but its driver does not answer: the CPU dictates';

function checkDriver(env: Env, { message, help }: Extract<NoCard, { kind: 'driver' }>): Check {
  const loaded = loadedDriverVersion(env);
  if (loaded !== null) return broken('driver', `${loaded} is loaded, but: ${message}`, help);
  const names = { apt: 'nvidia-driver', dnf: 'akmod-nvidia', pacman: 'nvidia' };
  const fix = `${installCommand(names, env)}, then restart the machine`;
  return broken('driver', `not loaded (${message})`, fix);
}

/** Without it a suspended machine wakes up with an empty card, and every program on it has failed. */
function suspendCheck(): Check {
  const params = '/proc/driver/nvidia/params';
  const kept = /PreserveVideoMemoryAllocations:\s*1/.test(readText(params));
  if (!existsSync(params)) return fine('suspend', 'the model is reloaded after a suspend');
  return fine(
    'suspend',
    kept
      ? 'the driver keeps the memory of the card'
      : 'the driver drops the memory of the card; the model is reloaded afterwards',
  );
}

function toMb(mb: number | null): string {
  return mb === null ? '?' : String(Math.round(mb));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
