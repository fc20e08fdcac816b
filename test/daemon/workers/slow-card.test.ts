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
  const running = startWithHangingDriver('--source', wav, '--fast', '--exit-when-done');
  await running.said(/ready/);
  const reply = await askSocket(home.controlSocket, '{"action":"toggle"}');
  expect(reply).toBe('{"status": "ok", "state": "recording"}');
  expect(running.stderr()).not.toContain('nvidia-smi does not answer');
  expect(await running.exited).toEqual({ kind: 'exited', code: 0 });
  expect(running.stderr()).toContain('nvidia-smi does not answer');
  expect(running.stdout()).toBe(typedText(['fox']));
});

test('the daemon ends at once when it is asked to meanwhile', async () => {
  const running = startWithHangingDriver('--source', `wav:${recording('fox')}`);
  await running.said(/ready/);
  expect(await running.stop()).toEqual({ kind: 'exited', code: 0 });
  expect(running.stderr()).not.toContain('nvidia-smi does not answer');
});
