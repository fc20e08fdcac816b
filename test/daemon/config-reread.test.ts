import { describe, expect, it } from 'vitest';
import type { Config } from '../../ts/config/config.js';
import { loadConfig } from '../../ts/config/load-config.js';
import { LiveConfig } from '../../ts/daemon/live-config.js';
import type { DaemonProcess } from '../support/daemon.js';
import { type Home, openHome } from '../support/home.js';
import { recording } from '../support/speech.js';

/** A daemon with a microphone that nobody speaks into. */
async function startReady(): Promise<{
  home: Home;
  daemon: DaemonProcess;
  typed(): Promise<unknown>;
}> {
  const home = openHome();
  const sink = `file:${home.file('typed')}`;
  const daemon = home.start([
    '--source',
    `wav:${recording('fox')}`,
    '--sink',
    sink,
    '--device',
    'cpu',
  ]);
  await daemon.said(/ready/);
  const typed = async () => (await daemon.ask('transform', { text: 'it is done period' })).text;
  expect(await typed()).toBe('it is done.');
  return { home, daemon, typed };
}

describe('the configuration of a running daemon', () => {
  it('is read again when its file changes', async () => {
    const { home, daemon, typed } = await startReady();
    home.configure('[voice]\ncommands = "off"\n[stt]\ntotal_buffer_s = 6.0\n');
    await daemon.said(/changed from now on: \[voice\] commands/);
    expect(await typed()).toBe('it is done period');
    await daemon.said(/\[stt\] total_buffer_s: changed at the next start/);
    home.configure('');
    await expect.poll(typed).toBe('it is done.');
  });

  it('stays where the file has a flaw, which is said in one line and in the status', async () => {
    const { home, daemon, typed } = await startReady();
    home.configure('[voice]\ncommands = "of"\n');
    await daemon.said(/\[voice\] commands = "of": allowed is .*; what was set before stays/);
    expect(await typed()).toBe('it is done.');
    const { warnings } = await daemon.ask('snapshot');
    expect(JSON.stringify(warnings)).toContain('what was set before stays');
    expect(daemon.stderr()).not.toMatch(/ at .*\.js:\d/);
  });

  it('is read at once on SIGHUP, which ends nothing', async () => {
    const { daemon, typed } = await startReady();
    process.kill(daemon.pid, 'SIGHUP');
    await daemon.said(/config\.toml: nothing changed/);
    expect(await typed()).toBe('it is done.');
    expect(await daemon.stop()).toEqual({ kind: 'exited', code: 0 });
  });

  it('waits until what was said is typed', () => {
    const home = openHome();
    const read = (toml: string): Config => {
      home.configure(toml);
      return loadConfig({ env: home.env });
    };
    const live = new LiveConfig(read(''));
    const told: string[] = [];
    let isBusy = true;
    let next = read('[voice]\ncommands = "off"\n');
    live.follow({
      read: () => next,
      isBusy: () => isBusy,
      tell: (message) => told.push(message),
      warn: (_code, message) => told.push(message),
    });
    live.reread();
    live.settled();
    expect([live.current.voice.commands, told]).toEqual([null, []]);
    next = read('[voice]\ncommands = "punctuation"\n[vad]\nthreshold = 0.4\n');
    live.reread();
    isBusy = false;
    live.settled();
    expect(live.current.voice.commands).toBe('punctuation');
    expect(told).toEqual([expect.stringMatching(/: \[vad\] threshold, \[voice\] commands$/)]);
    live.close();
  });
});
