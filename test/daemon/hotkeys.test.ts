import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startProgram } from '../../ts/system/process/process.js';
import { CLIENT, type DaemonProcess, startDaemon, textOf } from '../support/daemon.js';
import { endWithLastWords } from '../support/last-words.js';
import { pcmOf, writeWav } from '../support/speech.js';
import { openWorkspace } from '../support/workspace.js';
import { hasBusDaemon, startPrivateBus } from '../system/private-bus.js';

const PORTAL = fileURLToPath(new URL('../desktop/portal/fake-portal.mjs', import.meta.url));
const KEYS = '[hotkeys]\ntoggle = "Super+Shift+D"\npush_to_talk = "Super+Space"\n';
type Orders = Readonly<Record<string, number | boolean>>;

/** A private bus with the strict portal on it, and a daemon that wants these keys. */
async function open(orders: Orders = {}, keys = KEYS, installed = false) {
  const workspace = openWorkspace();
  onTestFinished(() => workspace.remove());
  mkdirSync(workspace.file('portal'));
  if (installed) {
    mkdirSync(workspace.file('data/applications'), { recursive: true });
    writeFileSync(workspace.file('data/applications/org.swictation.Swictation.desktop'), '');
  }
  const order = (wanted: Orders) =>
    writeFileSync(workspace.file('portal/orders.json'), JSON.stringify(wanted));
  order(orders);
  const bus = await startPrivateBus(workspace.file('run'));
  onTestFinished(async () => void (await bus.stop()));
  const env = { ...workspace.env, DBUS_SESSION_BUS_ADDRESS: bus.address };
  const startPortal = async () => {
    const portal = startProgram(process.execPath, [PORTAL], {
      env: { ...env, FAKE_PORTAL: workspace.file('portal'), FAKE_PORTAL_BUS: bus.address },
      ...{ stdin: 'pipe', stdout: 'pipe' },
    });
    await new Promise<void>((resolve, reject) => {
      portal.stdout?.once('data', () => resolve());
      void portal.exited.then(() => reject(new Error('portal ended')));
    });
    onTestFinished(async () => void (await portal.terminate(1_000)));
    return portal;
  };
  let portal = await startPortal();
  workspace.configure(keys);
  // A take ends with its file: this one is longer than any test.
  const wav = writeWav(workspace.file('said.wav'), pcmOf(['fox', 200]));
  const source = ['--source', `wav:${wav}`, '--device', 'cpu'];
  const daemon = startDaemon(workspace, [...source, '--sink', `file:${workspace.file('typed')}`], {
    DBUS_SESSION_BUS_ADDRESS: bus.address,
  });
  onTestFinished(async () => void (await daemon.stop()));
  const state = async () => (await daemon.ask('status')).state;
  return {
    ...{ daemon, order, state },
    key: (line: string) => portal.stdin?.write(`${line}\n`),
    restart: async () => {
      await portal.terminate(1_000);
      portal = await startPortal();
    },
    portalEnded: () => portal.exited,
    endPortal: () => portal.terminate(1_000),
    calls: (): Record<string, unknown>[] =>
      textOf(workspace.file('portal/calls'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    doctor: async () => {
      const asked = startProgram(process.execPath, [CLIENT, 'doctor', '--json'], {
        ...{ env, stdout: 'pipe' },
      });
      let said = '';
      asked.stdout?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      await endWithLastWords(asked);
      const { checks }: { checks: { name: string; ok: boolean; detail: string }[] } =
        JSON.parse(said);
      return checks.find(({ name }) => name === 'hotkeys');
    },
    typed: () => textOf(workspace.file('typed')),
  };
}

const BOUND = /keys of the desktop: toggle: SHIFT\+LOGO\+d, push_to_talk: LOGO\+space/;

/** Longer than a bounce. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 200));
const warnings = (daemon: DaemonProcess) =>
  daemon
    .stderr()
    .split('\n')
    .filter((line) => line.includes('[hotkeys]') || /given no key/.test(line));

describe.skipIf(!hasBusDaemon)('keys that the desktop lends', () => {
  it('toggle starts and ends a take, a bounce counts once, the held key dictates while it is held', async () => {
    const { calls, daemon, doctor, key, state } = await open();
    await daemon.said(BOUND);
    key('press toggle');
    key('release toggle');
    await expect.poll(state).toBe('recording');
    await pause();
    for (const _ of [1, 2, 3]) key('press toggle');
    await expect.poll(state).not.toBe('recording');
    await pause();
    expect(await state()).not.toBe('recording');
    key('press push_to_talk');
    await expect.poll(state).toBe('recording');
    key('release push_to_talk');
    await expect.poll(state).not.toBe('recording');
    expect(calls().filter((call) => 'wrong' in call)).toEqual([
      // There is no desktop file of ours here, which this portal can do without.
      { wrong: expect.stringContaining('Could not register') },
    ]);
    expect(await doctor()).toMatchObject({
      ok: true,
      detail: expect.stringContaining("by the desktop's portal: toggle: SHIFT+LOGO+d"),
    });
    key('change');
    await daemon.said(/keys of the desktop: toggle: Pause/);
  });

  it('a held key does not end a take that runs already, and ends its own when nobody hears it any more', async () => {
    const { daemon, key, state } = await open();
    await daemon.said(BOUND);
    key('press toggle');
    await expect.poll(state).toBe('recording');
    key('press push_to_talk');
    key('release push_to_talk');
    await pause();
    expect(await state()).toBe('recording');
    key('press toggle');
    await expect.poll(state).not.toBe('recording');
    key('press push_to_talk');
    await expect.poll(state).toBe('recording');
    key('close');
    await expect.poll(state).not.toBe('recording');
    await daemon.said(/taken the keys back: they are asked for again; bind `swictation toggle`/);
  });

  it('a closed session and a restarted portal are asked again, with one line each', async () => {
    const { daemon, endPortal, key, restart, state } = await open();
    await daemon.said(BOUND);
    const bindings = () => daemon.stderr().match(new RegExp(BOUND, 'g'))?.length;
    key('close');
    await expect.poll(bindings).toBe(2);
    expect(warnings(daemon)).toHaveLength(1);
    await endPortal();
    await restart();
    await expect.poll(bindings).toBe(3);
    key('press toggle');
    await expect.poll(state).toBe('recording');
  });

  it('a refusal is said once, in one line, and nobody is asked again', async () => {
    const { calls, daemon, doctor } = await open({ refuseKeys: 1 });
    await daemon.said(/\[hotkeys\]: the desktop was told not to lend dictation its keys/);
    await pause();
    expect(calls().filter(({ call }) => call === 'BindShortcuts')).toHaveLength(1);
    expect(warnings(daemon)).toHaveLength(1);
    expect(await doctor()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('told not to'),
    });
  });

  it.each([
    [{ noKeys: true }, /this desktop has no portal that lends keys; bind `swictation toggle`/],
    [{ refuseKeys: 2 }, /the desktop gave no answer about the keys/],
    [
      { needsProgram: true },
      /the desktop lends keys only to installed programs: type `make install`/,
    ],
    [{ keyless: true }, /the desktop has given no key for toggle, push_to_talk: choose one/],
  ])('%j is said in one line', async (orders, line) => {
    const { daemon } = await open(orders);
    await daemon.said(line);
    expect(warnings(daemon)).toHaveLength(1);
  });

  it('an installed program tells its name before anything else', async () => {
    const { calls, daemon } = await open({ needsProgram: true }, KEYS, true);
    await daemon.said(BOUND);
    expect(calls()).toContainEqual({ program: 'org.swictation.Swictation' });
    expect(calls().filter((call) => 'wrong' in call)).toEqual([]);
  });

  it('a portal that dies while the person is asked is asked again', async () => {
    const { daemon, order, portalEnded, restart } = await open({ dieAsked: true });
    await portalEnded();
    order({});
    await restart();
    await daemon.said(BOUND);
    expect(warnings(daemon)).toEqual([]);
  });

  it('a portal that comes after the daemon lends its keys', async () => {
    const { daemon, order } = await open({ noKeys: true });
    await daemon.said(/no portal that lends keys/);
    order({});
    await daemon.said(BOUND);
    expect(warnings(daemon)).toHaveLength(1);
  });

  it('a key that is none is named, and the desktop is asked for one', async () => {
    const { calls, daemon } = await open({}, '[hotkeys]\ntoggle = "Supr+D"\n');
    await daemon.said(/toggle = "Supr\+D" names no key: write it as "Super\+Shift\+D"/);
    await expect.poll(calls).toContainEqual({ wished: ['toggle', null] });
  });

  it('without [hotkeys] nobody is asked', async () => {
    const { daemon, doctor } = await open({}, '');
    await daemon.said(/ready/);
    expect(await doctor()).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/own settings: bind .*; its portal lends keys, too/),
    });
  });
});
