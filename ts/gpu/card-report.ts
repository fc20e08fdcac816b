import { z } from 'zod';
import { mibToMb } from '../system/card/mib.js';

/** What nvidia-smi knows of all cards, MB of 10^6 bytes; null where a card does not tell. */
export interface CardReport {
  readonly driverVersion: string;
  readonly cudaVersion: string | null;
  readonly cards: readonly CardDetails[];
}

interface CardDetails {
  readonly name: string;
  readonly uuid: string;
  readonly totalMb: number | null;
  readonly usedMb: number | null;
  readonly freeMb: number | null;
  readonly temperatureC: number | null;
  readonly processes: readonly CardProcess[];
}

interface CardProcess {
  readonly pid: number;
  readonly name: string;
  readonly usedMb: number | null;
}

/** xml2js gives one element as itself, several as a list, and an empty one as an empty string. */
function list<T extends z.ZodType>(item: T) {
  return z.preprocess((value) => {
    if (value === undefined || value === '') return [];
    return Array.isArray(value) ? value : [value];
  }, z.array(item));
}

/** `4096 MiB` in MB; `N/A`, `[N/A]` and anything else is null. */
const memory = z.unknown().transform((value) => {
  const mib = /^(\d+)\s*MiB$/.exec(String(value))?.[1];
  return mib === undefined ? null : mibToMb(Number(mib));
});
const degrees = z.unknown().transform((value) => {
  const celsius = /^(-?\d+)( C)?$/.exec(String(value))?.[1];
  return celsius === undefined ? null : Number(celsius);
});

const processSchema = z
  .object({ pid: z.coerce.number().int(), process_name: z.string(), used_memory: memory })
  .transform((entry) => ({ pid: entry.pid, name: entry.process_name, usedMb: entry.used_memory }));

const cardSchema = z
  .object({
    product_name: z.string(),
    uuid: z.string(),
    fb_memory_usage: z.object({ total: memory, used: memory, free: memory }),
    temperature: z.object({ gpu_temp: degrees }).optional(),
    processes: z.union([z.object({ process_info: list(processSchema) }), z.string()]).optional(),
  })
  .transform((card) => ({
    name: card.product_name,
    uuid: card.uuid,
    totalMb: card.fb_memory_usage.total,
    usedMb: card.fb_memory_usage.used,
    freeMb: card.fb_memory_usage.free,
    temperatureC: card.temperature?.gpu_temp ?? null,
    processes: typeof card.processes === 'object' ? card.processes.process_info : [],
  }));

const reportSchema = z
  .object({
    nvidia_smi_log: z.object({
      driver_version: z.string(),
      cuda_version: z.string().optional(),
      gpu: list(cardSchema),
    }),
  })
  .transform(({ nvidia_smi_log: log }) => ({
    driverVersion: log.driver_version,
    cudaVersion: log.cuda_version ?? null,
    cards: log.gpu,
  }));

/** The JSON that node-nvidia-smi makes of `nvidia-smi -q -x`; null for anything else. */
export function parseReport(json: string): CardReport | null {
  try {
    return reportSchema.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}
