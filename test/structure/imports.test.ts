import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { projectRoot } from '../../ts/system/paths.js';
import { runProgram } from '../../ts/system/process/process.js';
import { plantTree } from './planted-tree.js';

const CRUISER = join(projectRoot(), 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

/** Each rule and an import that breaks it: the file it is planted in, and what that file imports. */
const BREACHES: readonly (readonly [rule: string, file: string, imported: string])[] = [
  ['folder-domain', 'ts/domain/a.ts', '../protocol/x.js'],
  ['folder-policy', 'ts/policy/a.ts', '../speech/x.js'],
  ['folder-speech', 'ts/speech/a.ts', '../policy/x.js'],
  ['folder-voice', 'ts/voice/a.ts', '../system/x.js'],
  ['folder-protocol', 'ts/protocol/a.ts', '../system/x.js'],
  ['folder-sim', 'ts/sim/a.ts', '../protocol/x.js'],
  ['folder-system', 'ts/system/a.ts', '../protocol/x.js'],
  ['folder-config', 'ts/config/a.ts', '../store/x.js'],
  ['folder-journal', 'ts/journal/a.ts', '../store/x.js'],
  ['folder-capture', 'ts/capture/a.ts', '../journal/x.js'],
  ['folder-worker', 'ts/worker/a.ts', '../policy/x.js'],
  ['folder-gpu', 'ts/gpu/a.ts', '../worker/x.js'],
  ['folder-inject', 'ts/inject/a.ts', '../voice/x.js'],
  ['folder-control', 'ts/control/a.ts', '../daemon/x.js'],
  ['folder-store', 'ts/store/a.ts', '../config/x.js'],
  ['folder-history', 'ts/history/a.ts', '../report/x.js'],
  ['folder-remote', 'ts/remote/a.ts', '../policy/x.js'],
  ['folder-report', 'ts/report/a.ts', '../history/x.js'],
  ['folder-daemon', 'ts/daemon/a.ts', '../cli/x.js'],
  ['folder-cli', 'ts/cli/a.ts', '../control/x.js'],
  ['folder-cli', 'ts/cli/b.ts', '../journal/x.js'],
  ['room-daemon-offline', 'ts/daemon/offline/up.ts', '../x.js'],
  ['room-daemon-assembly', 'ts/daemon/assembly/up.ts', '../offline/x.js'],
  ['room-daemon-interface', 'ts/daemon/interface/up.ts', '../assembly/x.js'],
  ['room-daemon-reporting', 'ts/daemon/reporting/up.ts', '../interface/x.js'],
  ['room-daemon-core', 'ts/daemon/core/up.ts', '../reporting/x.js'],
  ['room-daemon-workers', 'ts/daemon/workers/up.ts', '../core/x.js'],
  ['room-daemon-delivery', 'ts/daemon/delivery/up.ts', '../workers/x.js'],
  ['room-daemon-utterances', 'ts/daemon/utterances/up.ts', '../delivery/x.js'],
  ['room-daemon-hearing', 'ts/daemon/hearing/up.ts', '../utterances/x.js'],
  ['room-daemon-hearing', 'ts/daemon/hearing/far-up.ts', '../x.js'],
  ['room-daemon-ports', 'ts/daemon/ports.ts', './hearing/x.js'],
  ['room-policy-telling', 'ts/policy/telling/up.ts', '../x.js'],
  ['room-policy-decide', 'ts/policy/decide.ts', './telling/x.js'],
  ['room-policy-facts', 'ts/policy/facts/up.ts', '../telling/x.js'],
  ['room-policy-transcribing', 'ts/policy/transcribing/up.ts', '../facts/x.js'],
  ['room-policy-placement', 'ts/policy/placement/up.ts', '../transcribing/x.js'],
  ['room-policy-workers', 'ts/policy/workers/up.ts', '../placement/x.js'],
  ['room-policy-memory', 'ts/policy/memory/up.ts', '../workers/x.js'],
  ['room-policy-state', 'ts/policy/state/up.ts', '../memory/x.js'],
  ['cli-daemon-only-to-transcribe', 'ts/cli/commands/toggle.ts', '../../daemon/x.js'],
  ['bin-starts-only', 'ts/bin/a.ts', '../journal/x.js'],
  ['nothing-above-the-programs', 'ts/daemon/b.ts', '../bin/x.js'],
  ['pure-stays-pure', 'ts/policy/b.ts', 'node:fs'],
  ['pure-stays-pure', 'ts/voice/b.ts', 'zod'],
  ['door-child-process', 'ts/inject/b.ts', 'node:child_process'],
  ['door-child-process', 'ts/system/b.ts', 'child_process'],
  ['door-zeromq', 'ts/daemon/c.ts', 'zeromq'],
  ['door-msgpackr', 'ts/store/b.ts', 'msgpackr'],
  ['door-undici', 'ts/daemon/undici.ts', 'undici'],
  ['door-uplot', 'ts/report/b.ts', 'uplot'],
  ['door-libsql', 'ts/cli/c.ts', 'libsql'],
  ['door-smol-toml', 'ts/cli/d.ts', 'smol-toml'],
  ['door-dbus', 'ts/daemon/d.ts', 'dbus-next'],
  ['door-pino', 'ts/daemon/e.ts', 'pino'],
  ['door-card-tools', 'ts/daemon/f.ts', 'pidusage'],
  ['door-commander', 'ts/daemon/g.ts', 'commander'],
  ['product-without-tests', 'ts/daemon/h.ts', 'fast-check'],
  ['product-without-tests', 'ts/daemon/i.ts', '../../test/x.js'],
  ['no-circles', 'ts/store/c.ts', './d.js'],
  ['everything-resolves', 'ts/store/e.ts', './nowhere.js'],
];

const ALLOWED: readonly (readonly [file: string, imported: string])[] = [
  ['ts/policy/ok.ts', '../domain/x.js'],
  ['ts/sim/ok.ts', '../voice/x.js'],
  ['ts/worker/ok.ts', 'zeromq'],
  ['ts/control/ok.ts', '../protocol/x.js'],
  ['ts/journal/ok.ts', 'libsql'],
  ['ts/config/ok.ts', 'smol-toml'],
  ['ts/system/process/process-ok.ts', 'node:child_process'],
  ['ts/daemon/ok.ts', '../inject/x.js'],
  ['ts/cli/ok.ts', '../control/client.js'],
  ['ts/cli/commands/transcribe.ts', '../../daemon/x.js'],
  ['ts/daemon/offline/ok.ts', '../assembly/x.js'],
  ['ts/daemon/core/ok.ts', '../hearing/x.js'],
  ['ts/daemon/hearing/ok.ts', '../ports.js'],
  ['ts/policy/telling/ok.ts', '../decide.js'],
  ['ts/policy/memory/ok.ts', '../state/x.js'],
  ['ts/bin/ok.ts', '../daemon/x.js'],
  ['ts/bin/ok2.ts', '../cli/x.js'],
];

const FOLDERS =
  'domain policy speech voice protocol sim system config journal capture worker gpu inject control store history remote report daemon cli bin';
const ROOMS =
  'daemon/offline daemon/assembly daemon/interface daemon/reporting daemon/core daemon/workers daemon/delivery daemon/utterances daemon/hearing ' +
  'policy/telling policy/facts policy/transcribing policy/placement policy/workers policy/memory policy/state';

function importing(imported: string): string {
  return `import type * as used from '${imported}';\nexport type Used = typeof used;\n`;
}

function plantAll() {
  const folders = [...FOLDERS.split(' '), ...ROOMS.split(' ')];
  const shared = folders.map((folder) => [`ts/${folder}/x.ts`, 'export const x = 1;\n']);
  return plantTree({
    ...Object.fromEntries(shared),
    'ts/control/client.ts': 'export const x = 1;\n',
    'ts/store/d.ts': importing('./c.js'),
    'test/x.ts': 'export const x = 1;\n',
    ...Object.fromEntries(BREACHES.map(([, file, imported]) => [file, importing(imported)])),
    ...Object.fromEntries(ALLOWED.map(([file, imported]) => [file, importing(imported)])),
  });
}

const report = z.object({
  summary: z.object({
    violations: z.array(
      z.object({
        from: z.string(),
        rule: z.object({ name: z.string() }),
        comment: z.string().optional(),
      }),
    ),
  }),
});

describe('import rules', () => {
  let found: string[];
  const tree = plantAll();
  beforeAll(async () => {
    const run = await runProgram(process.execPath, [CRUISER, '--output-type', 'json', 'ts'], {
      cwd: tree.root,
      timeoutMs: 120_000,
      maxOutputBytes: 16_000_000,
    });
    const { violations } = report.parse(JSON.parse(run.stdout)).summary;
    found = violations.map((violation) => `${violation.rule.name} ${violation.from}`);
  });
  afterAll(() => tree.remove());

  it.each(BREACHES)('%s is reported in %s importing %s', (rule, file) => {
    expect(found).toContain(`${rule} ${file}`);
  });

  it.each(ALLOWED)('%s may import %s', (file) => {
    expect(found.filter((line) => line.endsWith(` ${file}`))).toEqual([]);
  });

  it('has a planted breach for every rule, and every rule says what to do', () => {
    const rules = z
      .object({ forbidden: z.array(z.object({ name: z.string(), comment: z.string().min(30) })) })
      .parse(createRequire(import.meta.url)('../../.dependency-cruiser.cjs')).forbidden;
    const planted = new Set(BREACHES.map(([rule]) => rule));
    expect(rules.map((rule) => rule.name).filter((name) => !planted.has(name))).toEqual([]);
  });
});
