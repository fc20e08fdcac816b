import type { z } from 'zod';
import { describeIssue } from '../describe.js';

const EVENT_KEYS =
  't_s others_mb ram_free_mb leak_mb_per_min driver fault speech_s migrate device suspend resume end';
const WORLD_KEYS =
  'total_mb stt_mb vad_mb context_mb activation_base_mb activation_mb_per_s gpu_rtf cpu_rtf gpu_load_s cpu_load_s ram_free_mb cpu_engine_mb gpu';

/** What is wrong with one line of a timeline and, for an unknown key, which keys are allowed there. */
export function describeLine(error: z.ZodError, input: unknown): string {
  const issue = error.issues[0];
  if (isFirstLineWithoutWorld(issue))
    return 'the first line is {"world":{...}}; {} takes the defaults';
  if (issue?.code === 'custom') return issue.message;
  if (issue?.code !== 'unrecognized_keys') return describeIssue(error, input);
  const keys = issue.keys.map((key) => `"${key}"`).join(', ');
  if (issue.path.length > 0) return `world has no ${keys}; its keys are ${WORLD_KEYS}`;
  if (hasWorld(input))
    return `unknown key ${keys}; the first line, and only that, holds "world" alone`;
  return `unknown key ${keys}; an event has ${EVENT_KEYS}`;
}

function isFirstLineWithoutWorld(issue: z.core.$ZodIssue | undefined): boolean {
  return issue?.code === 'invalid_type' && issue.path.length === 1 && issue.path[0] === 'world';
}

function hasWorld(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'world' in input;
}
