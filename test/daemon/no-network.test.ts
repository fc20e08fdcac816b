import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../ts/system/process/process.js';
import { DAEMON, textOf } from '../support/daemon.js';
import { openWorkspace, type Workspace } from '../support/workspace.js';

const FOX = resolve('test/fixtures/speech/fox.wav');
const WORDS = 'the quick brown fox jumps over the lazy dog';
/** In a network namespace of its own, whose only interface is the loopback: counts what went through it. */
const COUNTED =
  'ip link set lo up || exit 9; "$@"; code=$?; cat /proc/net/dev >"$COUNTS"; exit $code';

let workspace: Workspace;

beforeEach(() => {
  workspace = openWorkspace();
});

afterEach(() => workspace.remove());

async function alone(command: readonly string[]) {
  const counts = workspace.file('counts');
  const result = await runProgram('unshare', ['-rn', 'sh', '-c', COUNTED, 'sh', ...command], {
    timeoutMs: 90_000,
    env: { ...workspace.env, COUNTS: counts },
  });
  return { ...result, counts };
}

/** Packets that left, or were tried to, of all interfaces: /proc/net/dev, column "transmit packets" and "errs", "drop". */
function packetsIn(file: string): number {
  const lines = readFileSync(file, 'utf8').split('\n').slice(2).filter(Boolean);
  expect(lines.map((line) => line.trim().split(':')[0])).toContain('lo');
  const columns = lines.map((line) => (line.split(':')[1] ?? '').trim().split(/\s+/).map(Number));
  return (
    columns
      .flatMap((all) => [all[9], all[10], all[11]])
      .reduce((sum = 0, one = 0) => sum + one, 0) ?? 0
  );
}

function dictate(): readonly string[] {
  const sound = ['--source', `wav:${FOX}`, '--realtime', '--start', '--exit-when-done'];
  const sink = ['--device', 'cpu', '--sink', `file:${workspace.file('typed')}`];
  return [process.execPath, DAEMON, ...sound, ...sink];
}

describe('what leaves this machine', () => {
  it('is nothing, not one packet, unless [remote] url is set', async (test) => {
    const probe = await alone(['true']);
    test.skip(probe.code !== 0, `no network namespace can be made here: ${probe.stderr.trim()}`);
    const { code, stderr, counts } = await alone(dictate());
    expect(code, stderr).toBe(0);
    expect(textOf(workspace.file('typed'))).toBe(`${WORDS} `);
    expect(packetsIn(counts)).toBe(0);
  });

  it('is counted: with it there are some', async (test) => {
    const probe = await alone(['true']);
    test.skip(probe.code !== 0, `no network namespace can be made here: ${probe.stderr.trim()}`);
    workspace.configure('[remote]\nurl = "http://127.0.0.1:8484"\norder = "first"\n');
    const { code, stderr, counts } = await alone(dictate());
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('ECONNREFUSED');
    expect(textOf(workspace.file('typed'))).toBe(`${WORDS} `);
    expect(packetsIn(counts)).toBeGreaterThan(0);
  });
});
