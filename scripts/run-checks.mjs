// Runs every check, prints what the failed ones said, exits 1 when any failed.
import { spawnSync } from 'node:child_process';
import { checks } from './check-list.mjs';

const SLOWEST_CHECK_MS = 600_000;

/** Runs all checks and returns how many passed and failed. */
export function runChecks() {
  const failed = checks.filter((check) => !runCheck(check));
  return { passed: checks.length - failed.length, failed: failed.length, skipped: 0 };
}

function runCheck([name, program, args]) {
  const started = performance.now();
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: SLOWEST_CHECK_MS,
    maxBuffer: 67_108_864,
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (status !== 0) console.log(`${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`);
  return status === 0;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  process.exitCode = runChecks().failed > 0 ? 1 : 0;
}
