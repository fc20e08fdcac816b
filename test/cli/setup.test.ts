import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { planSetup } from '../../ts/cli/setup/plan.js';
import { Problem } from '../../ts/domain/problem.js';
import { BUILDS } from '../../ts/domain/torch-build.js';
import { acquireLock } from '../../ts/system/lock.js';
import { environmentFolder, setupCommand } from '../../ts/system/python/environment.js';
import { plantSysfs } from '../gpu/fixtures.js';
import { Home } from './harness.js';

const GOOD = fileURLToPath(new URL('../fixtures/bin-nvidia/good', import.meta.url));

interface Machine {
  readonly driver?: string;
  readonly capability?: string;
  /** Of an environment that is there already: `version` and `cuda` as torch's own file has them. */
  readonly torch?: readonly [version: string, cuda: string | null];
}

/** A home on a machine with this card; its `python` is a folder tree with torch's version file and nothing else. */
function openMachine({ driver, capability, torch }: Machine): Home {
  const home = new Home();
  const environment = join(home.folder, 'environment');
  const site = join(environment, 'lib', 'python3.12', 'site-packages', 'torch');
  mkdirSync(join(environment, 'bin'), { recursive: true });
  writeFileSync(join(environment, 'bin', 'python'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  if (torch !== undefined) {
    const [version, cuda] = torch;
    mkdirSync(site, { recursive: true });
    const value = cuda === null ? 'None' : `'${cuda}'`;
    const text = `from typing import Optional\n\n__version__ = '${version}'\ncuda: Optional[str] = ${value}\n`;
    writeFileSync(join(site, 'version.py'), text);
  }
  Object.assign(home.env, {
    PATH: driver === undefined ? '/usr/bin:/bin' : `${GOOD}:/usr/bin:/bin`,
    FAKE_DRIVER: driver,
    FAKE_CAPABILITY: capability ?? '8.6',
    SWICTATION_PYTHON: join(environment, 'bin', 'python'),
    SWICTATION_SYSFS: plantSysfs(
      join(home.folder, 'sys'),
      driver === undefined ? [] : [{}],
      driver,
    ),
  });
  return home;
}

describe('swictation setup --dry-run', () => {
  it.each([
    [
      '470.256.02',
      /^torch +2\.13\.0 for the CPU$/m,
      /driver 470\.256\.02 is too old.*525 or newer/,
    ],
    ['535.183.01', /^torch +2\.10\.0 for CUDA 12\.8$/m, /^$/],
    ['550.54.14', /^torch +2\.10\.0 for CUDA 12\.8$/m, /^$/],
    ['570.211.01', /^torch +2\.10\.0 for CUDA 12\.8$/m, /^$/],
    ['580.65.06', /^torch +2\.13\.0 for CUDA 13\.0$/m, /^$/],
    ['595.45', /^torch +2\.13\.0 for CUDA 13\.0$/m, /^$/],
  ])('takes what driver %s can run, and downloads nothing', async (driver, torch, said) => {
    const home = openMachine({ driver });
    const { code, stdout, stderr } = await home.run(['setup', '--full', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(torch);
    expect(stderr).toMatch(said);
  });

  it.each([
    ['580.65.06', '7.0', /for CUDA 12\.8$/m, /^$/],
    ['580.65.06', '6.1', /for the CPU$/m, /compute capability 6\.1 is too low/],
    ['550.54.14', '[Unknown Error]', /for CUDA 12\.8$/m, /^$/],
  ])('looks at the card too: driver %s, capability %s', async (driver, capability, torch, said) => {
    const home = openMachine({ driver, capability });
    const { stdout, stderr } = await home.run(['setup', '--full', '--dry-run']);
    expect(stdout).toMatch(torch);
    expect(stderr).toMatch(said);
  });

  it('without a card installs the embedded engine, and torch for the CPU where it is asked for', async () => {
    const present = { full: false, torch: null };
    const plan = planSetup({ full: false, card: null, machine: 'x86_64', present });
    expect(plan).toEqual({ torch: null, why: null });
    const home = openMachine({});
    const full = await home.run(['setup', '--dry-run', '--full']);
    expect(full.stdout).toMatch(/^torch +2\.13\.0 for the CPU$/m);
    expect(full.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('keeps the build for CUDA while the driver gives no answer', () => {
    const present = { full: true, torch: 'cuda12' };
    const plan = planSetup({ full: false, card: null, machine: 'x86_64', present });
    expect(plan).toMatchObject({ torch: { name: 'cuda12' }, why: null });
  });

  it('offers no build for CUDA 12 where PyPI has none', () => {
    const card = { version: '550.54.14', capability: '8.7' };
    const present = { full: true, torch: null };
    const plan = planSetup({ full: true, card, machine: 'aarch64', present });
    expect(plan.torch?.name).toBe('cpu');
  });
});

describe('swictation setup', () => {
  it('says in one line that a Python is too old, and touches nothing', async () => {
    const home = openMachine({});
    const python = join(home.folder, 'python3.9');
    writeFileSync(python, '#!/bin/sh\necho 3.9 /usr/bin/python3.9\n', { mode: 0o755 });
    const { code, stderr } = await home.run(['setup', '--python', python]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^✗ Error: .*is Python 3\.9; supported are 3\.11 to 3\.14\n$/);
  });

  it('waits, with one line, while another one works', async () => {
    const home = openMachine({});
    const folder = environmentFolder(home.env);
    const lock = acquireLock(`${folder}.lock`, (pid) => new Problem('busy', String(pid)));
    const python = join(home.folder, 'python3.9');
    writeFileSync(python, '#!/bin/sh\necho 3.9 /usr/bin/python3.9\n', { mode: 0o755 });
    const { child, ended } = home.start(['setup', '--python', python]);
    await once(child.stderr, 'data');
    const first = await Promise.race([ended, sleep(600, 'waits')]);
    lock.release();
    expect(first).toBe('waits');
    const { stderr } = await ended;
    expect(stderr.split('\n')[0]).toBe(
      `setup: another set-up works here (pid ${process.pid}); waiting until it is done`,
    );
    expect(stderr.trim().split('\n')).toHaveLength(2);
  });

  it('is what an installation without sources names, and its environment lies in the user’s data', () => {
    const root = mkdtempSync('/tmp/sw-');
    const env = { HOME: '/home/u' };
    expect(environmentFolder(env, root)).toBe('/home/u/.local/share/swictation/python');
    expect(setupCommand(true, root)).toBe('swictation setup --full');
    mkdirSync(join(root, 'ts'));
    expect(environmentFolder(env, root)).toBe(join(root, '.venv'));
    expect(setupCommand(false, root)).toBe(`make -C ${root} setup`);
  });
});

describe('doctor', () => {
  it.each([
    ['470.256.02', ['2.13.0+cu130', '13.0'], false, /525 or newer: the CPU/, /newer driver/],
    ['535.183.01', ['2.13.0+cu130', '13.0'], false, /too old for CUDA 13\.0.*580/, /2\.10\.0/],
    [
      '550.54.14',
      ['2.10.0+cu128', '12.8'],
      true,
      /fits torch 2\.10\.0\+cu128 for CUDA 12\.8/,
      /^$/,
    ],
    ['570.211.01', ['2.13.0+cpu', null], false, /the build without CUDA/, /setup.*2\.10\.0/],
    ['580.65.06', ['2.13.0+cu130', '13.0'], true, /fits torch 2\.13\.0\+cu130/, /^$/],
    ['595.45', ['2.10.0+cu128', '12.8'], true, /fits torch 2\.10\.0/, /^$/],
    ['580.65.06', undefined, true, /fits torch 2\.13\.0 for CUDA 13\.0/, /^$/],
  ] as const)('compares driver %s with torch %s', async (driver, torch, ok, detail, fix) => {
    const home = openMachine({ driver, ...(torch === undefined ? {} : { torch }) });
    const { stdout } = await home.run(['doctor', '--json']);
    const report: { checks: { name: string; ok: boolean; detail: string; fix: string | null }[] } =
      JSON.parse(stdout);
    const line = report.checks.find(({ name }) => name === 'driver');
    expect(line).toMatchObject({ ok, detail: expect.stringMatching(detail) });
    expect(line?.fix ?? '').toMatch(fix);
  });
});

describe('the builds on offer', () => {
  it('are three', () =>
    expect(BUILDS.map(({ name }) => name)).toEqual(['cuda13', 'cuda12', 'cpu']));
});
