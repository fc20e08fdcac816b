import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { account } from '../../faults/account.js';
import { PROGRAMS } from '../../faults/desk.js';
import type { Rig, RigOptions } from '../../faults/rig.js';
import { comeToRest, sayAll } from '../../faults/rig-speech.js';
import { RATE_HZ, type Speech, speak } from '../../faults/spoken.js';
import { startRig } from '../../faults/start-rig.js';
import { key, openDesktop, text } from '../../inject/harness.js';
import { startDaemon, textOf } from '../../support/daemon.js';
import { openHome } from '../../support/home.js';
import { pcmOf, typedText, writeWav } from '../../support/speech.js';

/** Each of the ways in which the first dictation program of this kind lost words, or itself. */

function start(names: readonly string[], options: Partial<RigOptions> = {}): Promise<Rig> {
  return startRig(names, { speed: 2, ...options });
}

/** Plays PCM to its end at full speed; resolves with what was typed. */
async function play(pcm: Buffer, toml = ''): Promise<{ typed: string; code: number | null }> {
  const home = openHome();
  home.configure(toml);
  const wav = writeWav(home.file('speech.wav'), pcm);
  const out = home.file('typed.txt');
  const args = ['--source', `wav:${wav}`, '--fast', '--sink', `file:${out}`];
  const daemon = home.start([...args, '--start', '--exit-when-done']);
  const exit = await daemon.exited;
  return { typed: textOf(out), code: exit.kind === 'exited' ? exit.code : null };
}

function middleOf(speech: Speech, at: number): number {
  const sentence = speech.sentences[at];
  if (sentence === undefined) throw new Error(`no sentence ${at}`);
  return (sentence.fromSample + sentence.toSample) / 2;
}

/** A worker that stands still is soon replaced: then it is gone. */
function goOn(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // It was replaced.
  }
}

describe('what must not happen again', () => {
  it('1: what was said since the last pause is typed when the key is pressed', async () => {
    const rig = await start(['fox', 'train']);
    await rig.toggle();
    await rig.reached((rig.speech.sentences[1]?.toSample ?? 0) + 0.1 * RATE_HZ);
    await rig.toggle();
    await comeToRest(rig);
    expect(rig.desk.window).toBe(typedText(['fox', 'train']));
  });

  it('2: a sentence that ends while the one before is transcribed is typed behind it', async () => {
    const rig = await start(['fox', 'train', 'piano']);
    const request = rig.event('decision', ({ action }) => action === 'transcribe');
    await rig.toggle();
    await request;
    const worker = (await rig.pidOf('cpu')) ?? 0;
    process.kill(worker, 'SIGSTOP');
    await rig.reached((rig.speech.sentences[1]?.toSample ?? 0) + RATE_HZ);
    goOn(worker);
    await rig.reached(rig.speech.samples);
    await rig.toggle();
    await comeToRest(rig);
    expect(rig.desk.window).toBe(typedText(['fox', 'train', 'piano']));
  });

  it('3: audio whose transcription fails again and again is kept, with its sound', async () => {
    const env = { SWICTATION_PYTHON: `${PROGRAMS}/corrupt-python` };
    const rig = await start(['fox', 'train'], { env });
    rig.desk.order('corrupt', 'noise text 1000');
    await rig.toggle();
    const given = async () =>
      (await rig.pending()).find(({ reason }) => reason === 'transcription_failed');
    await rig.until(async () => (await given()) !== undefined);
    expect(await given()).toMatchObject({ text: null });
    expect((await rig.snapshot()).malformed_messages).toBeGreaterThanOrEqual(3);
    rig.desk.takeBack('corrupt');
    await rig.reached(rig.speech.samples);
    await rig.toggle();
    await rig.until(async () => (await rig.state()) === 'idle');
    const [entry] = await rig.pending();
    expect(entry?.audio_path).toMatch(/\.wav$/);
    await rig.daemon.stop();
    await rig.start();
    await comeToRest(rig);
    const words = account(rig.speech, rig.desk.window, await rig.pending(), []);
    expect(words).toMatchObject({ lost: [], doubled: [] });
  });

  it('4: a text that the injector refuses is pending, and can be typed later', async () => {
    const rig = await start(['fox']);
    rig.desk.order('typing', 'exit');
    await sayAll(rig);
    const [entry] = await rig.pending();
    expect(entry).toMatchObject({ reason: 'injector_failed', may_already_be_typed: false });
    rig.desk.takeBack('typing');
    await rig.daemon.ask('pending_type', { id: entry?.id ?? 0 });
    expect(rig.desk.window).toBe(typedText(['fox']));
    expect(await rig.pending()).toEqual([]);
  });

  it('5: a text that takes longer than five seconds to type arrives to its end', async () => {
    const rig = await start([], { speech: speak(['report', 'fox', 'card'], 0.3) });
    rig.desk.order('typing', 'slow');
    await sayAll(rig);
    const words = account(rig.speech, rig.desk.window, await rig.pending(), []);
    expect(words).toMatchObject({ lost: [], doubled: [], pending: 0 });
    const firstMs = rig.typedAtMs[0] ?? 0;
    expect((rig.typedAtMs.at(-1) ?? 0) - firstMs).toBeGreaterThan(5_000);
  });

  it('6: a text with a key in it reaches the clipboard', async () => {
    const desktop = await openDesktop('clipboard');
    const pieces = [text('dear team'), key('Return'), text('hello')];
    expect(await desktop.deliver(pieces)).toEqual({ kind: 'delivered', by: 'clipboard' });
    expect(desktop.clipboard()).toBe('dear team\nhello');
  });

  it('7: nothing that fails is the end of dictation', async () => {
    const rig = await start(['fox', 'train'], { device: 'sim' });
    for (const fault of ['driver_gone', 'sticky']) await rig.daemon.ask('sim', { fault });
    for (const role of [null, 'ear']) {
      const pid = await rig.pidOf(role).catch(() => null);
      if (pid !== null) process.kill(pid, 'SIGKILL');
    }
    await sayAll(rig);
    expect(rig.desk.window).toBe(typedText(['fox', 'train']));
    expect(await rig.state()).toBe('idle');
  });

  it('8: a recording without a pause is recognised from its beginning, however long', async () => {
    const names = ['fox', 'train', 'piano', 'small', 'card', 'report'];
    const spoken = [...names, ...names, ...names];
    const toml = '[vad]\nsilence_duration = 10.0\nendpointing = "fixed"\n';
    const { typed } = await play(pcmOf(spoken.flatMap((name) => [name, 0.4])), toml);
    expect(typed.split('fox jumps over')).toHaveLength(4);
    expect(typed).toMatch(/^the quick brown fox.*before friday\S? $/);
  });

  it('9: another program that fills the card is seen, and dictation goes on beside it', async () => {
    const rig = await start(['fox', 'train'], { device: 'sim' });
    const left = rig.event('migration', ({ device }) => device === 'cpu');
    await rig.daemon.ask('sim', { others_mb: 3_600 });
    await left;
    await sayAll(rig);
    expect(rig.desk.window).toBe(typedText(['fox', 'train']));
  });

  it('10: a model that is in use is not moved under the request', async () => {
    const rig = await start(['fox', 'train', 'piano'], { device: 'sim' });
    const request = () => rig.event('decision', ({ action }) => action === 'transcribe');
    let next = request();
    await rig.toggle();
    for (const device of ['cpu', 'cuda']) {
      await next;
      // The next request may come before this is answered.
      next = request();
      await rig.daemon.ask('migrate', { model: 'stt', device });
    }
    await next;
    await rig.daemon.ask('migrate', { model: 'stt', device: 'cpu' });
    await rig.reached(rig.speech.samples);
    await rig.toggle();
    await comeToRest(rig);
    expect(rig.desk.window).toBe(typedText(['fox', 'train', 'piano']));
  });

  it('11: an end in a hurry has a code that tells the service manager to start again', async () => {
    const rig = await start(['fox']);
    rig.desk.order('typing', 'hold');
    await rig.toggle();
    await rig.until(() => rig.desk.windowBytes > 0);
    rig.daemon.program.signal('SIGTERM');
    // Signals of one kind that wait are one: it is told again until it has seen two.
    const again = setInterval(() => rig.daemon.program.signal('SIGTERM'), 100);
    const exit = await rig.daemon.exited;
    clearInterval(again);
    expect(exit).toEqual({ kind: 'exited', code: 1 });
    await rig.start();
    await comeToRest(rig);
    expect(await rig.pending()).toMatchObject([{ may_already_be_typed: true }]);
  });

  it('12: a short word is typed, and speech that ends with the sound', async () => {
    const shortWord = pcmOf(['piano']).subarray(0, 2 * Math.round(0.7 * RATE_HZ));
    expect((await play(Buffer.concat([pcmOf([0.3]), shortWord]))).typed).toMatch(/^my sister/i);
    const noSilence = pcmOf(['train']);
    expect((await play(noSilence)).typed).toBe(typedText(['train']));
  });

  it('13: a second daemon leaves the first one its socket', async () => {
    const rig = await start(['fox']);
    const second = startDaemon(rig.workspace, ['--sink', 'stdout'], rig.desk.env);
    expect(await second.exited).toEqual({ kind: 'exited', code: 1 });
    expect(second.stderr()).toContain(`pid ${rig.daemon.pid}`);
    await sayAll(rig);
    expect(rig.desk.window).toBe(typedText(['fox']));
  });

  it('14: clients that never read what they are told delay nothing', async () => {
    const rig = await start(['fox', 'train']);
    for (let at = 0; at < 50; at += 1) {
      const socket = connect(rig.workspace.metricsSocket).pause();
      socket.on('error', () => {});
      onTestFinished(() => void socket.destroy());
    }
    await sayAll(rig);
    expect(rig.desk.window).toBe(typedText(['fox', 'train']));
  });

  it('15: what was recorded survives the end of the program, however it ends', async () => {
    const rig = await start(['fox', 'train']);
    await rig.toggle();
    await rig.reached(middleOf(rig.speech, 1));
    await rig.caughtUp();
    await rig.daemon.kill();
    const atSample = rig.desk.position;
    await rig.start();
    await comeToRest(rig);
    const cut = { atSample, resumedSample: rig.speech.samples, lossS: 0.25 };
    const words = account(rig.speech, rig.desk.window, await rig.pending(), [cut]);
    expect(words).toMatchObject({ lost: [], doubled: [] });
    expect(await rig.pending()).not.toEqual([]);
  });
});
