import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countingPcm, openTest } from '../journal/harness.js';
import { exampleSnapshot, FakeDaemon } from './fake-daemon.js';
import { Home, listenV1 } from './harness.js';

async function homeWithDaemon(snapshot = exampleSnapshot()) {
  const home = new Home();
  const daemon = await new FakeDaemon(home, () => snapshot).start();
  return { home, daemon };
}

describe('without a daemon', () => {
  it.each([
    ...[['start'], ['stop-recording'], ['cancel'], ['last'], ['repeat'], ['why']],
    ...[['pending', 'type', '1'], ['pending', 'drop', '1', '--yes'], ['memory'], ['top']],
  ])('%j says so in one line', async (...args) => {
    const { code, stdout, stderr } = await new Home().run(args.flat());
    expect([code, stdout]).toEqual([1, '']);
    const words = 'Daemon not running (socket not found): start it with swictationd';
    expect(stderr).toBe(`✗ Error: ${words}\n`);
  });

  it('the installed service is named', async () => {
    const home = new Home();
    const units = join(home.folder, '.config', 'systemd', 'user');
    mkdirSync(units, { recursive: true });
    writeFileSync(join(units, 'swictation.service'), '');
    const { stderr } = await home.run(['start']);
    expect(stderr).toMatch(/: start it with systemctl --user start swictation\n$/);
  });
});

describe('status', () => {
  it('adds devices, memory, breaker and pending recordings', async () => {
    const { home } = await homeWithDaemon();
    await listenV1(home, '{"status": "ok", "state": "idle"}');
    expect(await home.run(['status'])).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'Daemon state: idle',
        '  Ready to record',
        '  Speech model: GPU (simulated), embedded tiny.en',
        '  Voice activity: CPU (asked for)',
        '  GPU memory: 3312 of 4295 MB used (ours 2112 MB, others 1200 MB, simulated), level warning',
        '  Breaker: open (sticky), next probe in 15 s',
        '  Pending recordings: 2 (type swictation pending)',
        '  Speculation: 3 used / 1 dropped',
        '',
      ].join('\n'),
    });
  });

  it('says what is wrong', async () => {
    const { home } = await homeWithDaemon(
      exampleSnapshot({
        memory: null,
        pending: 0,
        degraded: { reason: 'no memory for any engine', next_attempt_s: 30 },
        microphone: {
          state: 'lost',
          program: null,
          message: 'no recording program: install pipewire',
        },
        warnings: ['journal disk is full'],
      }),
    );
    await listenV1(home, '{"status": "ok", "state": "recording"}');
    const { stdout } = await home.run(['status']);
    expect(stdout).toContain('  GPU memory: no GPU in use\n');
    expect(stdout).toContain('  Pending recordings: none\n');
    expect(stdout).toContain(
      '  Degraded: no memory for any engine, next attempt in 30 s; speech is recorded and kept\n',
    );
    expect(stdout).toContain('  Microphone: no recording program: install pipewire\n');
    expect(stdout).toContain('  Warning: journal disk is full\n');
  });

  it('keeps its two lines when the details are not understood', async () => {
    const { home, daemon } = await homeWithDaemon();
    daemon.results.set('snapshot', () => ({ state: 'idle' }));
    await listenV1(home, '{"status": "ok", "state": "idle"}');
    const { code, stdout, stderr } = await home.run(['status']);
    expect([code, stdout]).toEqual([0, 'Daemon state: idle\n  Ready to record\n']);
    expect(stderr).toMatch(/^No details: The daemon's answer was not understood .*\n$/);
  });
});

describe('recording', () => {
  it.each([
    ['start', 'start', 'recording'],
    ['stop-recording', 'stop_recording', 'processing'],
    ['cancel', 'cancel', 'idle'],
  ])('%s asks for %s and says the state', async (command, action, state) => {
    const { home, daemon } = await homeWithDaemon();
    daemon.results.set(action, () => ({ state }));
    const expected = { code: 0, stdout: `✓ State: ${state}\n`, stderr: '' };
    expect(await home.run([command])).toEqual(expected);
    expect(daemon.asked[0]).toMatchObject({ v: 1, action });
  });

  it('says why the daemon refuses', async () => {
    const { home, daemon } = await homeWithDaemon();
    daemon.results.set('start', () => ({ refused: 'No microphone: install pipewire' }));
    const { code, stderr } = await home.run(['start']);
    expect([code, stderr]).toEqual([1, '✗ Error: No microphone: install pipewire\n']);
  });

  it('last prints the text, or that there is none', async () => {
    const { home, daemon } = await homeWithDaemon();
    daemon.results.set('last', () => ({ text: 'hello, world.' }));
    expect((await home.run(['last'])).stdout).toBe('hello, world.\n');
    daemon.results.set('last', () => ({ text: null }));
    const nothing = { code: 0, stdout: '', stderr: 'Nothing was dictated yet.\n' };
    expect(await home.run(['last'])).toEqual(nothing);
  });

  it('repeat types it again', async () => {
    const { home, daemon } = await homeWithDaemon();
    daemon.results.set('repeat', () => ({ text: 'hello' }));
    expect((await home.run(['repeat'])).stdout).toBe('✓ Typed: hello\n');
  });
});

describe('pending without a daemon', () => {
  it('reads the journal, changes nothing in it, and says what needs the daemon', async () => {
    const home = new Home();
    const dir = join(home.folder, '.local', 'state', 'swictation', 'journal');
    const { journal } = await openTest(dir);
    const recording = journal.beginRecording();
    journal.append(recording, countingPcm(0, 48_000));
    const cut = journal.recorded({ recording, fromSample: 0, toSample: 16_000 });
    journal.transcribed(cut, 'kept for later', { device: 'cpu', engine: 'tiny' });
    journal.pending(cut, 'injector_failed');
    await journal.idle();
    const raw = journal.recorded({ recording, fromSample: 16_000, toSample: 32_000 });
    await journal.endRecording(recording);
    const before = readdirSync(dir).map((name) => [name, readFileSync(join(dir, name)).toString()]);

    const listed = await home.run(['pending', '--json']);
    expect(listed.code).toBe(0);
    const [first, second] = JSON.parse(listed.stdout);
    const wav = join(dir, `pending-${cut}.wav`);
    expect(first).toMatchObject({ id: cut, text: 'kept for later', reason: 'injector_failed' });
    expect([first.audio_path, existsSync(wav)]).toEqual([wav, true]);
    expect(second).toMatchObject({ id: raw, text: null, reason: 'daemon_restarted' });
    expect(existsSync(second.audio_path)).toBe(true);
    const { stdout, stderr } = await home.run(['pending']);
    expect(stdout).toContain(`Audio of ${cut}: ${wav}\n`);
    expect(stderr).toMatch(
      /^1 s of sound is not cut.*\nTo type or drop one: Daemon not running.*: start it/,
    );

    const after = readdirSync(dir).map((name) => [name, readFileSync(join(dir, name)).toString()]);
    expect(after).toEqual(before);
    expect((await home.run(['pending', 'type', String(cut)])).stderr).toMatch(/Daemon not running/);
  });

  it('has an empty list where there is no journal, or one that is damaged', async () => {
    const home = new Home();
    expect(await home.run(['pending'])).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Nothing is pending\.\nDaemon not running/),
    });
    const dir = join(home.folder, '.local', 'state', 'swictation', 'journal');
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'index.log'), 'no record\n');
    expect(await home.run(['pending', '--json'])).toMatchObject({ code: 0, stdout: '[]\n' });
  });
});

describe('pending', () => {
  const entry = {
    ...{ id: 12, at_epoch_s: Date.UTC(2024, 4, 1, 8, 30) / 1000, seconds: 4.2 },
    ...{ text: 'a sentence that was held back', reason: 'daemon_restarted' },
    ...{ may_already_be_typed: false, pieces_done: 0, audio_path: null },
  };

  it('lists what waits and says how to go on', async () => {
    const { home, daemon } = await homeWithDaemon();
    daemon.results.set('pending', () => ({
      pending: [entry, { ...entry, id: 13, text: null, may_already_be_typed: true }],
    }));
    const rows = (await home.run(['pending'])).stdout.split('\n').map((row) => row.split(/ {2,}/));
    expect(rows.slice(0, 3)).toEqual([
      ['ID', 'Recorded', 'Length', 'Why', 'Text'],
      ['12', '2024-05-01 08:30', '4 s', 'daemon restarted', 'a sentence that was held back'],
      ...[['13', '2024-05-01 08:30', '4 s', 'daemon restarted, may already be typed']].map(
        (row) => [...row, '(not recognised yet)'],
      ),
    ]);
    expect(rows[3]?.[0]).toBe('Type one with: swictation pending type ID');
    expect(JSON.parse((await home.run(['pending', '--json'])).stdout)).toHaveLength(2);
  });

  it('says when nothing waits', async () => {
    const { home, daemon } = await homeWithDaemon();
    daemon.results.set('pending', () => ({ pending: [] }));
    daemon.results.set('recent', () => ({ pending: [] }));
    const nothing = { code: 0, stdout: '', stderr: 'Nothing is pending.\n' };
    expect(await home.run(['pending'])).toEqual(nothing);
    expect((await home.run(['pending', '--json'])).stdout).toBe('[]\n');
    expect((await home.run(['pending', '--recent'])).stderr).toMatch(/no speech was left/);
  });

  it('types and drops by id', async () => {
    const { home, daemon } = await homeWithDaemon();
    daemon.results.set('pending_type', () => ({ id: 12 }));
    daemon.results.set('pending_drop', () => ({ id: 12 }));
    expect((await home.run(['pending', 'type', '12'])).stdout).toBe('✓ Typed: 12\n');
    expect((await home.run(['pending', 'drop', '12', '--yes'])).stdout).toBe('✓ Dropped: 12\n');
    expect(daemon.asked).toMatchObject([
      { action: 'pending_type', id: 12 },
      { action: 'pending_drop', id: 12 },
    ]);
  });
});

describe('pending drop without --yes', () => {
  it.each([
    ['y\n', 0, '✓ Dropped: 12\n'],
    ['n\n', 1, 'Kept.\n'],
    ['\n', 1, 'Kept.\n'],
  ])('asks, and takes %j for an answer', async (input, code, stdout) => {
    const { home, daemon } = await homeWithDaemon();
    daemon.results.set('pending_drop', () => ({ id: 12 }));
    const ended = await home.run(['pending', 'drop', '12'], input);
    expect(ended).toMatchObject({ code, stdout });
    expect(ended.stderr).toContain('Delete recording 12 and its text for good? [y/N]');
    expect(daemon.asked.length).toBe(code === 0 ? 1 : 0);
  });

  it('keeps the recording where nobody answers', async () => {
    const { home, daemon } = await homeWithDaemon();
    const { code, stderr } = await home.run(['pending', 'drop', '12']);
    expect(code).toBe(1);
    expect(stderr).toContain('recording 12 is kept: type `swictation pending drop 12 --yes`');
    expect(daemon.asked).toEqual([]);
    const running = home.start(['pending', 'drop', '12']);
    expect(await running.ended).toMatchObject({ code: 1 });
    expect(daemon.asked).toEqual([]);
  });
});

describe('memory', () => {
  it('shows the device and our allocator', async () => {
    const { home } = await homeWithDaemon();
    const { stdout } = await home.run(['memory']);
    expect(stdout).toContain('Device (simulated)\n  total           4295 MB\n');
    expect(stdout).toContain('  fragmentation    1.08 (reserved / allocated)\n');
    expect(stdout).toContain('  largest request  900 MB can be met now\n');
    expect(JSON.parse((await home.run(['memory', '--json'])).stdout)).toEqual(
      exampleSnapshot().memory,
    );
  });

  it('says when no card is in use', async () => {
    const { home } = await homeWithDaemon(exampleSnapshot({ memory: null }));
    expect((await home.run(['memory'])).stdout).toMatch(/^No GPU is in use/);
    expect((await home.run(['memory', '--json'])).stdout).toBe('null\n');
  });
});

describe('why', () => {
  it('prints the last decisions, the newest last', async () => {
    const { home, daemon } = await homeWithDaemon();
    const decisions = [
      { t_s: 1, action: 'warn', reason: 'used rose', line: '1.0 s warn: used rose' },
      { t_s: 2, at: 86_399, action: 'restore', reason: 'calm', line: '2.000 s  restored: calm' },
    ];
    daemon.results.set('decisions', () => ({ decisions }));
    expect((await home.run(['why', '-n', '5'])).stdout).toBe(
      '1.0 s warn: used rose\n23:59:59  restored: calm\n',
    );
    expect(daemon.asked[0]).toMatchObject({ action: 'decisions', limit: 5 });
    const lines = (await home.run(['why', '--json'])).stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(decisions);
  });
});
