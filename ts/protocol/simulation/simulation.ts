import { z } from 'zod';
import { FAULT_CLASSES } from '../../domain/fault.js';
import { Problem } from '../../domain/problem.js';
import type { SimulatedWorld, Timeline, WorldEvent } from '../../domain/simulation.js';
import { describeLine } from './simulation-problem.js';

const megabytes = z.number().min(0).max(1e9);
const seconds = z.number().min(0).max(1e9);

/** Every key may be left out; the defaults are a 4 GB laptop card, as docs/simulate.md shows them. */
const worldSchema = z.strictObject({
  total_mb: megabytes.default(4295),
  stt_mb: megabytes.default(1766),
  small_stt_mb: megabytes.nullable().default(null),
  vad_mb: megabytes.default(2.2),
  context_mb: megabytes.default(300),
  activation_base_mb: megabytes.default(60),
  activation_mb_per_s: megabytes.default(4),
  gpu_rtf: seconds.default(0.05),
  cpu_rtf: seconds.default(0.5),
  gpu_load_s: seconds.default(3),
  cpu_load_s: seconds.default(2),
  ram_free_mb: megabytes.default(8000),
  cpu_engine_mb: megabytes.default(600),
  gpu: z.boolean().default(true),
  remote: z
    .union([z.boolean(), z.enum(['auto', 'first', 'fallback'])])
    .default(false)
    .transform((order) => (order === true ? 'auto' : order === false ? null : order)),
  remote_rtf: seconds.default(0.1),
  remote_rtt_s: seconds.default(0.05),
});
const worldLineSchema = z.strictObject({ world: worldSchema });

const eventSchema = z
  .strictObject({
    t_s: seconds,
    others_mb: megabytes.optional(),
    ram_free_mb: megabytes.optional(),
    leak_mb_per_min: megabytes.optional(),
    driver: z.enum(['gone', 'back']).optional(),
    fault: z.enum(FAULT_CLASSES).optional(),
    remote: z.enum(['up', 'down', 'slow']).optional(),
    speech_s: seconds.optional(),
    migrate: z.enum(['vad', 'stt']).optional(),
    device: z.enum(['cpu', 'cuda', 'auto']).optional(),
    suspend: z.literal(true).optional(),
    resume: z.literal(true).optional(),
    end: z.literal(true).optional(),
  })
  .refine((line) => (line.migrate === undefined) === (line.device === undefined), {
    message: 'migrate and device go together: {"migrate":"vad","device":"cpu"}',
  });

/**
 * Reads a timeline: first line the world, then events by rising `t_s`; blank lines are skipped.
 * Events are read as they are taken. @throws Problem that names the line and what is allowed.
 */
export function readTimeline(lines: Iterable<string>): Timeline {
  const numbered = numberLines(lines);
  const first = numbered.next();
  if (first.done === true) {
    throw new Problem('no_world', 'The timeline is empty: begin with {"world":{}}', {
      exitCode: 2,
    });
  }
  return { world: readWorld(first.value), events: readEvents(numbered) };
}

interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

function* numberLines(lines: Iterable<string>): Generator<NumberedLine, undefined> {
  let number = 0;
  for (const text of lines) {
    number += 1;
    if (text.trim() !== '') yield { number, text };
  }
  return undefined;
}

function readWorld(line: NumberedLine): SimulatedWorld {
  const { world } = parseLine(worldLineSchema, line);
  return {
    totalMb: world.total_mb,
    sttMb: world.stt_mb,
    smallSttMb: world.small_stt_mb,
    vadMb: world.vad_mb,
    contextMb: world.context_mb,
    activationBaseMb: world.activation_base_mb,
    activationMbPerS: world.activation_mb_per_s,
    gpuRtf: world.gpu_rtf,
    cpuRtf: world.cpu_rtf,
    gpuLoadS: world.gpu_load_s,
    cpuLoadS: world.cpu_load_s,
    ramFreeMb: world.ram_free_mb,
    cpuEngineMb: world.cpu_engine_mb,
    gpu: world.gpu,
    remote: world.remote,
    remoteRtf: world.remote_rtf,
    remoteRttS: world.remote_rtt_s,
  };
}

function* readEvents(lines: Iterable<NumberedLine>): Generator<WorldEvent> {
  let lastS = 0;
  let ended = false;
  for (const line of lines) {
    if (ended) throw problemAt(line, 'nothing may follow the line with "end"');
    const event = toEvent(parseLine(eventSchema, line));
    if (event.atS < lastS)
      throw problemAt(line, `t_s ${event.atS} comes after ${lastS}: sort by t_s`);
    lastS = event.atS;
    ended = event.end === true;
    yield event;
  }
}

function toEvent(line: z.infer<typeof eventSchema>): WorldEvent {
  const { migrate, device } = line;
  return {
    atS: line.t_s,
    othersMb: line.others_mb,
    ramFreeMb: line.ram_free_mb,
    leakMbPerMin: line.leak_mb_per_min,
    driver: line.driver,
    fault: line.fault,
    remote: line.remote,
    speechS: line.speech_s,
    migrate: migrate === undefined || device === undefined ? undefined : { model: migrate, device },
    suspend: line.suspend,
    resume: line.resume,
    end: line.end,
  };
}

function parseLine<Schema extends z.ZodType>(schema: Schema, line: NumberedLine): z.infer<Schema> {
  const value = parseJson(line);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw problemAt(line, describeLine(parsed.error, value));
}

function parseJson(line: NumberedLine): unknown {
  try {
    return JSON.parse(line.text);
  } catch (cause) {
    throw problemAt(line, 'not JSON: one object a line, such as {"t_s":0,"others_mb":250}', cause);
  }
}

function problemAt(line: NumberedLine, message: string, cause?: unknown): Problem {
  const text = `Line ${line.number} of the timeline: ${message}`;
  return new Problem('invalid_timeline', text, { exitCode: 2, cause });
}
