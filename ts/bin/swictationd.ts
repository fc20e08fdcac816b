#!/usr/bin/env node
import { runSwictationd } from '../daemon/main.js';

runSwictationd(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`✗ Error: ${error instanceof Error ? error.message : String(error)}\n`);
    if (process.env.SWICTATION_DEBUG) console.error(error);
    process.exit(1);
  },
);
