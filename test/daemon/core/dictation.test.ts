import { existsSync, readdirSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  askSocket,
  type DaemonProcess,
  heardBytes,
  leftovers,
  textOf,
} from '../../support/daemon.js';
import { type Home, openHome } from '../../support/home.js';
import { pcmOf, recording, typedText, writeWav } from '../../support/speech.js';

let home: Home;

beforeEach(() => {
  home = openHome();
});

function start(...args: string[]): DaemonProcess {
  return home.start(args);
}

async function play(names: readonly string[], ...args: string[]) {
  const wav = writeWav(home.file('speech.wav'), pcmOf([0.3, ...names.flatMap((n) => [n, 2.3])]));
  const running = start('--source', `wav:${wav}`, '--start', '--exit-when-done', ...args);
  return { running, exit: await running.exited };
}

describe('from sound to text', () => {
  it('types what was said, in order, each sentence once', async () => {
    const names = ['card', 'fox', 'report', 'period'];
    const { running, exit } = await play(names, '--fast', '--sink', 'stdout');
    expect(exit).toEqual({ kind: 'exited', code: 0 });
    expect(running.stdout()).toBe(typedText(names));
  });

  it('plays files at the speed of speech', async () => {
    const { running, exit } = await play(['fox'], '--realtime', '--sink', 'stdout');
    expect(exit).toEqual({ kind: 'exited', code: 0 });
    expect(running.stdout()).toBe(typedText(['fox']));
  });

  it('appends to a file exactly what would be typed', async () => {
    const out = home.file('typed.txt');
    await play(['garden', 'period'], '--fast', '--sink', `file:${out}`);
    expect(textOf(out)).toBe(typedText(['garden', 'period']));
  });

  it('types nothing for silence', async () => {
    const { running, exit } = await play([], '--fast', '--sink', 'stdout');
    expect(exit).toEqual({ kind: 'exited', code: 0 });
    expect(running.stdout()).toBe('');
  });

  it('leaves an empty journal', async () => {
    await play(['fox', 'train'], '--fast', '--sink', 'stdout');
    expect(readdirSync(home.journalDir).filter((name) => name !== 'index.log')).toEqual([]);
  });
});

describe('driven by clients', () => {
  it('delivers the sentence that toggle-off cuts', async () => {
    const out = home.file('typed.txt');
    const wav = writeWav(home.file('long.wav'), pcmOf([0.2, 'piano', 60]));
    const running = start('--source', `wav:${wav}`, '--realtime', '--sink', `file:${out}`);
    await running.said(/ready/);
    const toggle = () => askSocket(home.controlSocket, '{"action":"toggle"}');
    expect(await toggle()).toBe('{"status": "ok", "state": "recording"}');
    expect(await askSocket(home.controlSocket, '{"action":"status"}')).toBe(
      '{"status": "ok", "state": "recording"}',
    );
    const spoken = pcmOf([0.2, 'piano', 0.3]).length;
    await expect.poll(() => heardBytes(home.journalDir)).toBeGreaterThan(spoken);
    expect(await toggle()).toBe('{"status": "ok", "state": "idle"}');
    await expect.poll(() => textOf(out)).toBe(typedText(['piano']));
    expect(await askSocket(home.controlSocket, '{"action":"stop"}')).toBe(
      '{"status": "ok", "message": "Stopping daemon"}',
    );
    expect(await running.exited).toEqual({ kind: 'exited', code: 0 });
  });

  it('transcribes the audio of a ZeroMQ client', async () => {
    const running = start('--source', `wav:${recording('fox')}`, '--sink', 'stdout');
    await running.said(/ready/);
    const result = await running.ask('transcribe', { pcm: pcmOf(['train']) });
    expect(result).toMatchObject({
      text: 'tomorrow we travel to the mountains by train',
      device: 'cpu',
    });
    expect(running.stdout()).toBe('');
  });

  it.each(['stop', 'SIGTERM', 'SIGINT', 'shutdown'])(
    'leaves nothing behind after %s',
    async (way) => {
      const running = start('--source', `wav:${recording('fox')}`, '--sink', 'stdout');
      await running.said(/ready/);
      if (way === 'stop') await askSocket(home.controlSocket, '{"action":"stop"}');
      else if (way === 'shutdown') await running.ask('shutdown');
      else running.program.signal(way === 'SIGTERM' ? 'SIGTERM' : 'SIGINT');
      expect(await running.exited).toEqual({ kind: 'exited', code: 0 });
      expect(existsSync(home.controlSocket)).toBe(false);
      expect(existsSync(home.metricsSocket)).toBe(false);
      expect(readdirSync(home.env.XDG_RUNTIME_DIR ?? '', { recursive: true })).toEqual([
        'swictation',
      ]);
      await expect.poll(() => leftovers(home)).toEqual([]);
    },
  );

  it('starts again after SIGKILL, and no process is left', async () => {
    const first = start('--source', `wav:${recording('fox')}`, '--sink', 'stdout');
    await first.said(/ready/);
    await first.kill();
    await expect.poll(() => leftovers(home)).toEqual([]);
    const second = start('--source', `wav:${recording('fox')}`, '--sink', 'stdout');
    await second.said(/ready/);
    expect(await askSocket(home.controlSocket, '{"action":"status"}')).toBe(
      '{"status": "ok", "state": "idle"}',
    );
  });

  it('refuses a second daemon and names the first', async () => {
    const first = start('--source', `wav:${recording('fox')}`, '--sink', 'stdout');
    await first.said(/ready/);
    const second = start('--sink', 'stdout', '--source', `wav:${recording('fox')}`);
    expect(await second.exited).toEqual({ kind: 'exited', code: 1 });
    expect(second.stderr()).toMatch(new RegExp(`pid ${first.pid}\\b`));
    expect(await askSocket(home.controlSocket, '{"action":"status"}')).toContain('idle');
  });
});

describe('what goes wrong at start', () => {
  it.each([
    [['--nonsense'], 2, /unknown option '--nonsense'/],
    [['--device', 'gpu'], 2, /--device gpu: expected auto, cpu, cuda or sim:MB/],
    [['--source', 'radio'], 2, /--source radio: expected mic or wav:FILE/],
    [['--sink', 'printer'], 2, /Unknown sink printer/],
    [['--sink', 'file:/nonexistent/folder/x'], 1, /\/nonexistent\/folder\/x/],
    [['--config', '/nonexistent.toml'], 1, /\/nonexistent\.toml: no such file/],
    [['--source', 'mic'], 1, /No recording program found: install/],
  ])('%j ends with %i and one line', async (args, code, line) => {
    const env = { PATH: '/nonexistent' };
    const running = home.start(['--sink', 'stdout', ...args], env);
    expect(await running.exited).toEqual({ kind: 'exited', code });
    expect(running.stderr()).toMatch(line);
    expect(running.stderr().trim().split('\n')).toHaveLength(1);
  });

  it('says how to set up a missing Python environment', async () => {
    const running = home.start(['--sink', 'stdout'], {
      SWICTATION_PYTHON: '/nonexistent/python',
    });
    expect(await running.exited).toEqual({ kind: 'exited', code: 1 });
    expect(running.stderr()).toMatch(/SWICTATION_PYTHON/);
  });
});
