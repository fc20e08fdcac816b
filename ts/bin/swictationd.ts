#!/usr/bin/env node
// First of all, before anything takes its time.
import '../system/no-debugger.js';

import { setFlagsFromString } from 'node:v8';
import { runSwictationd } from '../daemon/main.js';

// The heap's nursery stays at 1 MB instead of growing to 16: what is short-lived here is small, and memory that a
// daemon holds all day is better left to others. Saves 20-30 MB while somebody dictates.
// For the same reason V8's memory reducer stays on: 8 s after the start it takes 25-50 ms, once, and gives back 5-9 MB.
setFlagsFromString('--semi-space-growth-factor=1');

runSwictationd(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`✗ Error: ${error instanceof Error ? error.message : String(error)}\n`);
    if (process.env.SWICTATION_DEBUG) console.error(error);
    process.exit(1);
  },
);
