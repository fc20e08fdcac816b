import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../ts/system/paths.js';
import { runProgram } from '../../ts/system/process/process.js';

const SCRIPT = join(projectRoot(), 'scripts', 'run-tests.mjs');
const PASSED = { status: 'passed', assertionResults: [{}] };
const BROKEN = { status: 'failed', assertionResults: [] };

describe('the last line of make test', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'swictation-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function plant(path: string, content: string) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    chmodSync(join(root, path), 0o755);
  }

  /** Stands in for vitest: writes this report, or none, and ends with this code. */
  function plantVitest(code: number, failed: number, testResults: readonly object[] | null) {
    const report = {
      numPassedTests: 7,
      numFailedTests: failed,
      numPendingTests: 2,
      numTodoTests: 0,
    };
    const file = join(root, 'test-output', 'vitest.json');
    const write = `require('node:fs').writeFileSync('${file}', '${JSON.stringify({ ...report, testResults })}');`;
    plant('node_modules/vitest/package.json', '{}');
    plant(
      'node_modules/vitest/vitest.cjs',
      `${testResults === null ? '' : write}process.exit(${code});`,
    );
    plant('node_modules/vitest/vitest.mjs', "import './vitest.cjs';");
  }

  /** Stands in for the interpreter that runs pytest. */
  function plantPytest(code: number, attributes: string | null) {
    const xml = `<testsuites><testsuite name="pytest" ${attributes} time="1"></testsuite></testsuites>`;
    const write = attributes === null ? '' : `echo '${xml}' >test-output/pytest.xml\n`;
    plant('.venv/bin/python', `#!/bin/sh\n${write}exit ${code}\n`);
  }

  async function run(env = {}) {
    const result = await runProgram(process.execPath, [SCRIPT, 'vitest', 'pytest'], {
      cwd: root,
      timeoutMs: 60_000,
      env: { ...process.env, ...env },
    });
    return { ...result, lastLine: result.stdout.trimEnd().split('\n').at(-1) };
  }

  async function lastLine() {
    const { lastLine, code } = await run();
    return [lastLine, code];
  }

  it('adds up all runners', async () => {
    plantVitest(0, 0, [PASSED]);
    plantPytest(0, 'errors="0" failures="0" skipped="1" tests="5"');
    expect(await lastLine()).toEqual(['11 passed, 0 failed, 3 skipped', 0]);
  });

  it('counts failures, errors and files that could not be loaded', async () => {
    plantVitest(1, 1, [PASSED, BROKEN]);
    plantPytest(1, 'errors="1" failures="1" skipped="0" tests="5"');
    expect(await lastLine()).toEqual(['10 passed, 4 failed, 2 skipped', 1]);
  });

  it('counts a runner that crashes as a failure', async () => {
    plantVitest(1, 0, null);
    plantPytest(4, null);
    expect(await lastLine()).toEqual(['0 passed, 2 failed', 1]);
  });

  it('counts a runner that fails without a failed test', async () => {
    plantVitest(1, 0, [PASSED]);
    expect(await lastLine()).toEqual(['7 passed, 2 failed, 2 skipped', 1]);
  });

  it('ends a runner that hangs, with all that it started, and names what it was at', async () => {
    plantVitest(0, 0, [PASSED]);
    plant(
      '.venv/bin/python',
      '#!/bin/sh\nsleep 1000.25 &\necho $! >test-output/sleeper\nwhile :; do sleep 1000.5; done\n',
    );
    const { stdout, lastLine, code } = await run({ TEST_SILENCE_MS: '8000' });
    expect(stdout).toMatch(/nothing was said for 8 s; at work were:\n.*python/);
    expect([lastLine, code]).toEqual(['7 passed, 1 failed, 2 skipped', 1]);
    const sleeper = Number(readFileSync(join(root, 'test-output', 'sleeper'), 'utf8'));
    await expect.poll(() => existsSync(`/proc/${sleeper}`)).toBe(false);
  });
});
