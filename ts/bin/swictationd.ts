#!/usr/bin/env node
// First of all, before anything takes its time.
import '../system/no-debugger.js';

import { writeSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { adviceOn, FEWEST_FOR_DICTATION, tooFewFiles } from '../system/process/open-files.js';
import { exitProcess } from '../system/process/terminal.js';

// The heap's nursery stays at 1 MB instead of growing to 16: what is short-lived here is small, and memory that a
// daemon holds all day is better left to others. Saves 20-30 MB while somebody dictates.
// For the same reason V8's memory reducer stays on: 8 s after the start it takes 25-50 ms, once, and gives back 5-9 MB.
setFlagsFromString('--semi-space-growth-factor=1');

const refusal = tooFewFiles(FEWEST_FOR_DICTATION);
if (refusal !== null) leave(refusal);

try {
  // Only now: reading the program itself takes files.
  const { runSwictationd } = await import('../daemon/main.js');
  exitProcess(await runSwictationd(process.argv.slice(2)));
} catch (error) {
  if (process.env.SWICTATION_DEBUG) console.error(error);
  leave(adviceOn(error, error instanceof Error ? error.message : String(error)));
}

function leave(reason: string): never {
  writeSync(2, `✗ Error: ${reason}\n`);
  process.exit(1);
}
