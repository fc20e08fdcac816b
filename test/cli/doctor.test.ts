import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { plantSysfs } from '../gpu/fixtures.js';
import { Home, listenV1 } from './harness.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

interface Line {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly fix: string | null;
}

/** A home whose PATH holds our small programs and nothing of this machine but Python and a shell. */
function openHome(script: { readonly sound: string; readonly nvidia?: string }): Home {
  const home = new Home();
  const microphone = join(home.folder, 'mic');
  mkdirSync(microphone);
  const nvidia = script.nvidia === undefined ? [] : [`${FIXTURES}bin-nvidia/${script.nvidia}`];
  Object.assign(home.env, {
    PATH: [...nvidia, `${FIXTURES}bin`, '/usr/bin', '/bin'].join(':'),
    MIC_DIR: microphone,
    MIC_SCRIPT: script.sound,
    INJECT_DIR: home.folder,
    WAYLAND_DISPLAY: 'wayland-7',
    SWICTATION_SYSFS: plantSysfs(home.folder, []),
  });
  return home;
}

async function examine(home: Home): Promise<{ code: number | null; line(name: string): Line }> {
  const { code, stdout } = await home.run(['doctor', '--json']);
  const report: { ok: boolean; checks: Line[] } = JSON.parse(stdout);
  expect(report.ok).toBe(code === 0);
  for (const { ok, fix } of report.checks) expect(fix === null).toBe(ok);
  const line = (name: string) => {
    const found = report.checks.find((check) => check.name === name);
    if (found === undefined) throw new Error(`no line ${name} in ${stdout}`);
    return found;
  };
  return { code, line };
}

describe('doctor', () => {
  it('says what to type on each line that is not ok', async () => {
    const home = openHome({ sound: 'fail' });
    const { code, stdout } = await home.run(['doctor']);
    expect(code).toBe(1);
    for (const line of stdout.trim().split('\n')) expect(line).toMatch(/^(ok {2}|✗.* → .+)/);
  });

  it('measures the level of one second', async () => {
    const { line } = await examine(openHome({ sound: 'samples 20000' }));
    expect(line('microphone').detail).toMatch(/^level -\d+ dB, peak -\d+ dB \(.*pw-record/);
  });

  it('tells a missing microphone from a mute one', async () => {
    const dead = await examine(openHome({ sound: 'fail' }));
    expect(dead.line('microphone').detail).toMatch(/no sound came/);
    const mute = openHome({ sound: 'fail' });
    const program = join(mute.folder, 'bin', 'pw-record');
    mkdirSync(join(mute.folder, 'bin'));
    writeFileSync(program, '#!/bin/sh\nhead -c 40000 /dev/zero\nsleep 9\n', { mode: 0o755 });
    mute.env.PATH = `${join(mute.folder, 'bin')}:${mute.env.PATH}`;
    const { line } = await examine(mute);
    expect(line('microphone')).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/only silence/),
    });
  });

  it.each([
    [
      'muted',
      'muted',
      { detail: 'only silence came from USB Mic', fix: /^it is muted: type `pactl/ },
    ],
    ['a monitor', 'monitor', { detail: /USB Mic is a monitor/, fix: /set-default-source/ }],
  ])('says that the input is %s', async (_, input, { detail, fix }) => {
    const home = openHome({ sound: 'fail' });
    Object.assign(home.env, {
      PATH: `${FIXTURES}bin-live:/usr/bin:/bin`,
      LIVE_DIR: home.folder,
      LIVE_SOUND: '/dev/null',
      LIVE_SCRIPT: 'pw-record=muted',
      LIVE_INPUT: input,
    });
    const { line } = await examine(home);
    expect(line('microphone')).toMatchObject({
      ok: false,
      detail: expect.stringMatching(detail),
      fix: expect.stringMatching(fix),
    });
  });

  it('knows the card, and does not wake one that sleeps', async () => {
    const awake = openHome({ sound: 'fail', nvidia: 'good' });
    awake.env.SWICTATION_SYSFS = plantSysfs(join(awake.folder, 'on'), [{}], '550.54.14');
    const { line } = await examine(awake);
    expect(line('card').detail).toMatch(/^NVIDIA RTX A1000.*3670 of 4295 MB free, awake/);
    expect(line('driver').detail).toMatch(/^550\.54\.14/);
    const asleep = openHome({ sound: 'fail', nvidia: 'hanging' });
    const device = { class: '0x030200', status: 'suspended' };
    asleep.env.SWICTATION_SYSFS = plantSysfs(join(asleep.folder, 'off'), [device], '550.54.14');
    const sleeping = await examine(asleep);
    expect(sleeping.line('card')).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/asleep/),
    });
  });

  it.each([
    ['good', /^nvidia-smi tells of NVIDIA RTX A1000.*the kernel has no such card: the CPU/],
    ['driver-gone', /^no NVIDIA card: the CPU dictates$/],
    ['garbage', /^no NVIDIA card: the CPU dictates$/],
  ])(
    'believes the kernel that there is no card, whatever nvidia-smi says: %s',
    async (nvidia, detail) => {
      const { line } = await examine(openHome({ sound: 'fail', nvidia }));
      expect(line('card')).toMatchObject({ ok: true, detail: expect.stringMatching(detail) });
    },
  );

  it('counts on the clipboard only where its program fits the session', async () => {
    const home = openHome({ sound: 'fail' });
    const only = join(home.folder, 'only');
    mkdirSync(only);
    writeFileSync(join(only, 'wl-copy'), '#!/bin/sh\n', { mode: 0o755 });
    home.env.PATH = only;
    Object.assign(home.env, { WAYLAND_DISPLAY: '', DISPLAY: ':7' });
    const { line } = await examine(home);
    expect(line('injector').detail).toBe(
      'xdotool is not installed; texts wait in swictation pending',
    );
  });

  it.each([
    ['0.1', 'ydotool 0.1 has no daemon', /^(sudo (apt|dnf|pacman)|install the package) .*ydotool/],
    ['1.2', 'ydotool has no daemon', /^(sudo (apt|dnf|pacman)|install the package) .*ydotool/],
  ])('says why ydotool %s does not type, and what it needs next', async (version, why, fix) => {
    const home = openHome({ sound: 'fail' });
    const places = { INJECT_YDOTOOL: version, INJECT_SCRIPT: '{"wtype":["exit 1"]}' };
    const socket = join(home.folder, '.ydotool_socket');
    Object.assign(home.env, { ...places, SWICTATION_YDOTOOL_SOCKET: socket });
    const { line } = await examine(home);
    expect(line('injector')).toMatchObject({
      ok: false,
      detail: expect.stringContaining(why),
      fix: expect.stringMatching(fix),
    });
    expect(line('injector').fix).not.toMatch(/systemctl/);
    const daemon = createServer().listen(socket);
    await new Promise((resolve) => daemon.once('listening', resolve));
    home.env.YDOTOOL_SOCKET = socket;
    const running = await examine(home);
    daemon.close();
    expect(running.line('injector').detail).toMatch(
      version === '0.1' ? /^ydotool 0.1/ : /^ydotool/,
    );
  });

  it('names a card whose driver is gone', async () => {
    const home = openHome({ sound: 'fail', nvidia: 'driver-gone' });
    home.env.SWICTATION_SYSFS = plantSysfs(join(home.folder, 'on'), [{}], '550.54.14');
    const { line } = await examine(home);
    expect(line('driver')).toMatchObject({ ok: false, fix: expect.stringMatching(/modprobe/) });
  });

  it.each([
    [
      'good',
      { FAKE_MEMORY: '[N/A]' },
      'card',
      true,
      /tells no memory of its own.*CPU dictates; .*canary-int8/,
    ],
    ['good', { FAKE_MEMORY: 'ERR!' }, 'card', false, /in trouble: nvidia-smi says ERR!/],
    ['no-devices', {}, 'driver', false, /No devices were found/],
    ['warning', {}, 'card', true, /3670 of 4295 MB free, awake; .*infoROM is corrupted/],
    ['good', { FAKE_CARDS: '2', CUDA_VISIBLE_DEVICES: '1' }, 'card', true, /RTX 4090, 25166 of/],
    ['good', { FAKE_CARDS: '2', CUDA_VISIBLE_DEVICES: '7' }, 'card', false, /names no card/],
    ['good', { CUDA_VISIBLE_DEVICES: '' }, 'card', true, /hides every NVIDIA card/],
  ])('says one true thing of a card: %s %j', async (nvidia, wish, name, ok, detail) => {
    const home = openHome({ sound: 'fail', nvidia });
    Object.assign(home.env, wish);
    home.env.SWICTATION_SYSFS = plantSysfs(join(home.folder, 'on'), [{}], '550.54.14');
    const { line } = await examine(home);
    expect(line(name)).toMatchObject({ ok, detail: expect.stringMatching(detail) });
  });

  it('tells a daemon that is down from one that only answers the old way', async () => {
    const down = await examine(openHome({ sound: 'fail' }));
    expect(down.line('sockets')).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/not running/),
    });
    const home = openHome({ sound: 'fail' });
    await listenV1(home, '{"status": "ok", "state": "idle"}');
    const { line } = await examine(home);
    expect(line('sockets').detail).toMatch(/no .*metrics/);
  });

  it('says which line of the configuration is wrong', async () => {
    const home = openHome({ sound: 'fail' });
    writeFileSync(join(home.folder, '.config/swictation/config.toml'), '[vad]\nthreshold = 7\n');
    const { line } = await examine(home);
    expect(line('config')).toMatchObject({ ok: false, detail: expect.stringMatching(/threshold/) });
  });

  it('looks into the file of the large model as the daemon does', async () => {
    const home = openHome({ sound: 'fail' });
    const model = join(home.folder, 'page.nemo');
    const python = join(home.folder, 'python-with-everything');
    writeFileSync(model, 'a page that explains something');
    writeFileSync(python, '#!/bin/sh\nshift 2\necho "$@"\necho 3.12\n', { mode: 0o755 });
    home.env.SWICTATION_PYTHON = python;
    writeFileSync(
      join(home.folder, '.config/swictation/config.toml'),
      `[stt]\nmodel = "${model}"\ncpu_engine = "canary-fp32"\n`,
    );
    const { line } = await examine(home);
    expect(line('Canary model')).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/no tar file/),
    });
  });
});
