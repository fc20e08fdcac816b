import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Notices } from '../../../ts/daemon/reporting/notices.js';
import { heardBytes } from '../../support/daemon.js';
import { openHome } from '../../support/home.js';
import { recording } from '../../support/speech.js';
import { hasBusDaemon, serveOnBus, startPrivateBus } from '../../system/private-bus.js';

function listen() {
  const shown: string[] = [];
  const played: string[] = [];
  const notifier = { notify: ({ summary }: { summary: string }) => shown.push(summary) };
  const sounds = { play: (cue: string) => void played.push(cue) };
  const notices = new Notices({ ...notifier, close: () => {} }, sounds);
  return { notices, shown, played };
}

const lost = { kind: 'lost', program: 'parec', reason: 'ended', retryInS: 1 } as const;

describe('what the desktop is told', () => {
  it('a microphone that goes and comes back, once each', () => {
    const { notices, shown } = listen();
    notices.microphone({ kind: 'listening', program: 'parec' });
    notices.microphone(lost);
    notices.microphone({ kind: 'starting', program: 'parec' });
    notices.microphone(lost);
    notices.microphone({ kind: 'starting', program: 'parec' });
    notices.microphone({ kind: 'listening', program: 'parec' });
    expect(shown).toEqual([expect.stringMatching(/gone/), expect.stringMatching(/back/)]);
  });

  it('by a sound that a take begins and ends, and that text waits', () => {
    const { notices, played } = listen();
    for (const state of ['idle', 'recording', 'recording', 'processing', 'idle']) {
      notices.state(state);
    }
    notices.pending('window_changed');
    notices.pending('cancelled');
    expect(played).toEqual(['start', 'stop', 'pending']);
  });

  it('degraded and recovered, once each, and nothing of other decisions', () => {
    const { notices, shown } = listen();
    for (const action of ['restore', 'warn', 'degrade', 'degrade', 'restore', 'restore']) {
      notices.decided(action);
    }
    expect(shown).toEqual([
      expect.stringMatching(/recording only/),
      expect.stringMatching(/again/),
    ]);
  });

  it('text that waits, but not to the person who cancelled it', () => {
    const { notices, shown } = listen();
    notices.pending('cancelled');
    notices.pending('injector_failed');
    notices.pending('daemon_restarted');
    notices.clipboard('paste it');
    expect(shown).toEqual([
      expect.stringMatching(/text is waiting/),
      expect.stringMatching(/before the restart/),
      expect.stringMatching(/paste/),
    ]);
  });
});

describe.skipIf(!hasBusDaemon)('a daemon with a desktop (needs dbus-daemon)', () => {
  it('tells after a crash that speech was kept, without being asked to', async () => {
    const home = openHome();
    const bus = await startPrivateBus(home.dir);
    onTestFinished(async () => void (await bus.stop()));
    let tell: (summary: string) => void = () => {};
    const shown = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const desktop = await serveOnBus(bus.address, 'org.freedesktop.Notifications', (call) => {
      if (call.member !== 'Notify') return null;
      tell(String(call.body[3]));
      return { signature: 'u', body: [1] };
    });
    onTestFinished(() => desktop.disconnect());
    const source = ['--source', `wav:${recording('fox')}`, '--realtime'];
    const sink = ['--sink', `file:${home.file('typed')}`];
    const env = { DBUS_SESSION_BUS_ADDRESS: bus.address };
    const killed = home.start([...source, ...sink, '--start'], env);
    while (heardBytes(home.journalDir) < 48_000) await pause(20);
    await killed.kill();
    const daemon = home.start([...source, ...sink], env);
    expect(await shown).toMatch(/speech of before the restart was kept/);
    await daemon.stop();
  });
});
