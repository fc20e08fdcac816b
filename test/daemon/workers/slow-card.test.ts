import { writeFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { nvidiaEnv, plantSysfs } from '../../gpu/fixtures.js';
import { askSocket, type DaemonProcess } from '../../support/daemon.js';
import { type Home, openHome } from '../../support/home.js';
import { recording, typedText } from '../../support/speech.js';

let home: Home;

beforeEach(() => {
  home = openHome();
});

/** A machine with a card whose driver does not answer. */
function startWithHangingDriver(...args: string[]): DaemonProcess {
  const sysfs = plantSysfs(home.file('sys'), [{}], '580.1');
  const { PATH } = nvidiaEnv('hanging');
  const env = { PATH, SWICTATION_SYSFS: sysfs };
  return home.start(['--sink', 'stdout', ...args], env);
}

test('the key works while the card is looked for, and what was said meanwhile is typed', async () => {
  const wav = `wav:${recording('fox')}`;
  const running = startWithHangingDriver('--source', wav, '--fast');
  await running.said(/ready/);
  const reply = await askSocket(home.controlSocket, '{"action":"toggle"}');
  expect(reply).toBe('{"status": "ok", "state": "recording"}');
  expect(running.stderr()).not.toContain('nvidia-smi does not answer');
  await expect.poll(() => running.stdout()).toBe(typedText(['fox']));
  await running.said(/nvidia-smi does not answer/);
  expect(await running.stop()).toEqual({ kind: 'exited', code: 0 });
});

test('the first text comes as if there were no card', async () => {
  const running = startWithHangingDriver('--source', `wav:${recording('fox')}`, '--start');
  await expect.poll(() => running.stdout()).toBe(typedText(['fox']));
  expect(running.stderr()).not.toContain('gave no answer in time');
});

test('a card that answers after seconds is used from then on', async () => {
  const env = {
    ...nvidiaEnv('slow', { FAKE_SLOW_UNTIL: home.file('answers') }),
    SWICTATION_SYSFS: plantSysfs(home.file('sys'), [{}], '580.1'),
  };
  const running = home.start(['--source', `wav:${recording('fox')}`, '--sink', 'stdout'], env);
  await running.said(/ready/);
  const level = async () => {
    const snapshot = await running.ask('snapshot');
    return JSON.stringify(snapshot.thresholds ?? null);
  };
  expect(await level()).toBe('null');
  writeFileSync(home.file('answers'), '');
  await expect.poll(level).toContain('3200');
});

test('the daemon ends at once when it is asked to meanwhile', async () => {
  const running = startWithHangingDriver('--source', `wav:${recording('fox')}`);
  await running.said(/ready/);
  expect(await running.stop()).toEqual({ kind: 'exited', code: 0 });
  expect(running.stderr()).not.toContain('nvidia-smi does not answer');
});
