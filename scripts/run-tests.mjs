// Runs checks, vitest, pytest and the smoke on other Pythons and Nodes, and ends with one line: `N passed, N failed, N skipped`. A runner that
// crashes, or that reports nothing, counts as one failure. Usage: node scripts/run-tests.mjs [RUNNER...]
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BEGUN } from './begun-reporter.mjs';
import { runChecks } from './run-checks.mjs';
import { runWatched } from './run-watched.mjs';
import { runSmoke } from './smoke.mjs';

const OUTPUT = 'test-output';

const runners = {
  check: async () => runChecks(),
  vitest: runVitest,
  pytest: runPytest,
  smoke,
};
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in runners));
if (unknown.length > 0) {
  console.error(`unknown runner ${unknown[0]}: ${Object.keys(runners).join(', ')}`);
  process.exit(2);
}

rmSync(OUTPUT, { recursive: true, force: true });
mkdirSync(OUTPUT, { recursive: true });
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of chosen.length > 0 ? chosen : Object.keys(runners)) {
  console.log(`\n== ${name}`);
  const counts = await runners[name]();
  console.log(`${name}: ${describe(counts)}`);
  for (const key of Object.keys(total)) total[key] += counts[key];
}
console.log(`\n${describe(total)}`);
// The time-out of a program that could not even start would keep us here for its whole length.
process.exit(total.failed > 0 ? 1 : 0);

function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

async function runVitest() {
  const file = join(OUTPUT, 'vitest.json');
  const args = ['--reporter=default', '--reporter=json', '--reporter=./scripts/begun-reporter.mjs'];
  const code = await runWatched(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', ...args, `--outputFile.json=${file}`],
    begunFiles,
  );
  if (!existsSync(file)) return crashed('vitest', code);
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const brokenFiles = report.testResults.filter(
    (result) => result.status === 'failed' && result.assertionResults.length === 0,
  ).length;
  return settle('vitest', code, {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + report.numTodoTests,
  });
}

async function runPytest() {
  const file = join(OUTPUT, 'pytest.xml');
  const code = await runWatched('.venv/bin/python', ['-m', 'pytest', `--junitxml=${file}`]);
  if (!existsSync(file)) return crashed('pytest', code);
  const counts = { tests: 0, failures: 0, errors: 0, skipped: 0 };
  for (const [suite] of readFileSync(file, 'utf8').matchAll(/<testsuite [^>]*>/g)) {
    for (const key of Object.keys(counts)) {
      counts[key] += Number(new RegExp(` ${key}="(\\d+)"`).exec(suite)?.[1] ?? 0);
    }
  }
  const failed = counts.failures + counts.errors;
  const passed = Math.max(0, counts.tests - failed - counts.skipped);
  return settle('pytest', code, { passed, failed, skipped: counts.skipped });
}

async function smoke() {
  try {
    return await runSmoke();
  } catch (cause) {
    return crashed('smoke', cause.message);
  }
}

/** A runner that fails without a failed test had an error of its own. */
function settle(name, code, counts) {
  if (code === 0 || counts.failed > 0) return counts;
  console.log(`${name} ended with code ${code} although no test failed`);
  return { ...counts, failed: 1 };
}

function crashed(name, code) {
  console.log(`${name} left no report (code ${code})`);
  return { passed: 0, failed: 1, skipped: 0 };
}

/** The test files that hang, where it is known. */
function begunFiles() {
  return existsSync(BEGUN) ? readFileSync(BEGUN, 'utf8').split('\n').filter(Boolean) : [];
}
