import { existsSync, readFileSync } from 'node:fs';
import { findOnPath } from '../../system/find-on-path.js';
import { areAllAsleep, loadedDriverVersion, mayHaveCard } from '../../system/pci.js';
import { runProgram } from '../../system/process/process.js';
import { broken, type Check, type Env, fine, installCommand } from './check.js';

const ANSWER_MS = 10_000;
const FIELDS = 'name,driver_version,memory.total,memory.free';
const MB_PER_MIB = 1.048576;
/** The CPU engine, its process and some room: less than this free, and it is killed. */
const NEEDED_RAM_MB = 700;

export interface CardReport {
  /** A card whose driver answers, or that sleeps with its driver loaded. */
  readonly usable: boolean;
  readonly checks: readonly Check[];
}

/** Card, driver, sleep and free memory. A sleeping card is not asked: the question would wake it. */
export async function checkCard(env: Env): Promise<CardReport> {
  if (!mayHaveCard(env)) return reportNone(env);
  return areAllAsleep(env) ? reportAsleep(env) : reportAwake(env);
}

/** The daemon goes by what the kernel sees, so a tool that claims a card all the same is told as such. */
async function reportNone(env: Env): Promise<CardReport> {
  const found = findOnPath('nvidia-smi', env) === null ? null : await askDriver(env);
  const detail =
    found === null
      ? 'no NVIDIA card: the CPU dictates'
      : `nvidia-smi tells of ${found.name}, the kernel has no such card: the CPU dictates`;
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

function reportAsleep(env: Env): CardReport {
  const version = loadedDriverVersion(env);
  const card = fine('card', 'NVIDIA, asleep; it wakes up when dictation uses it');
  return { usable: version !== null, checks: [card, checkDriver(env, version), suspendCheck()] };
}

async function reportAwake(env: Env): Promise<CardReport> {
  const found = await askDriver(env);
  if (found === null) return reportSilent(env);
  const memory = `${toMb(found.free)} of ${toMb(found.total)} MB free`;
  const card = fine('card', `${found.name}, ${memory}, awake`);
  return { usable: true, checks: [card, fine('driver', found.version), suspendCheck()] };
}

interface Answer {
  readonly name: string;
  readonly version: string;
  readonly total: string;
  readonly free: string;
}

/** What nvidia-smi says of the first card, null where it gives no sensible answer in time. */
async function askDriver(env: Env): Promise<Answer | null> {
  const query = [`--query-gpu=${FIELDS}`, '--format=csv,noheader,nounits'];
  const answer = await runProgram('nvidia-smi', query, { env, timeoutMs: ANSWER_MS });
  const [line = ''] = answer.stdout.split('\n');
  const [name = '', version = '', total = '', free = ''] = line
    .split(',')
    .map((column) => column.trim());
  const isSensible = answer.code === 0 && name !== '' && Number(total) > 0;
  return isSensible ? { name, version, total, free } : null;
}

function reportSilent(env: Env): CardReport {
  const card = fine('card', 'NVIDIA, but its driver does not answer: the CPU dictates');
  return { usable: false, checks: [card, checkDriver(env, null)] };
}

function checkDriver(env: Env, version: string | null): Check {
  if (version !== null) return fine('driver', version);
  const loaded = loadedDriverVersion(env);
  if (loaded === null) {
    const fix = installCommand(
      { apt: 'nvidia-driver', dnf: 'akmod-nvidia', pacman: 'nvidia' },
      env,
    );
    return broken('driver', 'not loaded', `${fix}, then restart the machine`);
  }
  const fix = 'sudo modprobe -r nvidia_uvm && sudo modprobe nvidia_uvm; else restart the machine';
  return broken('driver', `${loaded} is loaded, but nvidia-smi gives no answer`, fix);
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

function toMb(mib: string | undefined): string {
  const value = Number(mib);
  return Number.isFinite(value) ? String(Math.round(value * MB_PER_MIB)) : '?';
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
