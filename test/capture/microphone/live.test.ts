import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isOnePiece, likeness, likenessBehind, missedS, openLive } from './live.js';

const lost = (states: readonly { readonly kind: string }[]) =>
  states.filter(({ kind }) => kind === 'lost');

/** Seconds are told from the third on; a busy machine looks less often. */
const isThreeOrSo = (seconds: number) => seconds >= 3 && seconds <= 5;

describe('a recording program that is held up', () => {
  it.each([
    ['for 1.4 s', 'pw-record=late 1 1.4,nothing', 4],
    ['for 2.6 s, and another one gives sound meanwhile', 'pw-record=late 1 2.6,plain', 5],
    ['by a signal', 'pw-record=stopped 1,nothing', 3.5],
    ['again and again, its sound in pieces of 2 s', 'pw-record=bursts 2,nothing', 5],
  ])('%s loses nothing', async (_, script, seconds) => {
    const live = await openLive(script);
    await live.start();
    await live.heardS(seconds);
    await live.stop();
    expect(isOnePiece(live)).toBe(true);
  });

  it('gives at the stop what it still holds', async () => {
    const live = await openLive('pw-record=bursts 0.8,nothing');
    await live.start();
    await live.heardS(3);
    await sleep(500);
    const stoppedMs = performance.now();
    await live.stop();
    expect(isOnePiece(live)).toBe(true);
    expect(live.heard.pcm.length / 32_000).toBeGreaterThan(3.4);
    expect(performance.now() - stoppedMs).toBeLessThan(15_000);
  });

  it('and never comes back is followed by another, whose sound begins where its own ended', async () => {
    const live = await openLive('pw-record=late 1 600,plain');
    await live.start();
    await live.heardS(4);
    await live.stop();
    expect(lost(live.heard.states)).toMatchObject([{ reason: 'stalled' }]);
    // A second of the first one, and what the second one heard from its start on, while the first was waited for.
    expect(live.said.indexOf(live.heard.pcm.subarray(0, 24_000))).toBeGreaterThanOrEqual(0);
    expect(live.said.indexOf(live.heard.pcm.subarray(-48_000))).toBeGreaterThanOrEqual(0);
  });
});

describe('a program that gives nothing', () => {
  it('leaves the word to another one, which is asked first from then on', async () => {
    const live = await openLive('pw-record=nothing;parec=plain');
    await live.start();
    await live.heardS(1);
    await live.stop();
    expect(live.heard.problems.length + (missedS(live) > 3.5 ? 0 : 1)).toBeGreaterThan(0);
    live.heard.chunks.length = 0;
    await live.start();
    await live.heardS(0.5);
    await live.stop();
    expect(live.heard.states.filter(({ kind }) => kind === 'starting').at(-1)).toMatchObject({
      program: 'parec',
    });
  });

  it('for 5 s is waited for, and people see it', async () => {
    const live = await openLive('pw-record=first 5,plain');
    await live.start();
    await live.heardS(1);
    await live.stop();
    // A busy machine may hold the program up once it gives sound.
    const first = live.heard.states.findIndex(({ kind }) => kind === 'listening');
    expect(first).toBeGreaterThan(0);
    expect(
      lost(live.heard.states.slice(0, first)).filter(
        (state) => 'reason' in state && state.reason === 'stalled',
      ),
    ).toEqual([]);
    // Which program is named in between depends on how fast the others end.
    const waiting = live.heard.states.filter((state) => 'waitedS' in state);
    expect(waiting[0]).toMatchObject({ kind: 'starting', waitedS: expect.toSatisfy(isThreeOrSo) });
    expect(waiting.at(-1)).toMatchObject({ kind: 'starting', program: 'pw-record' });
    expect(live.heard.problems.map(({ code }) => code)).toContain('microphone_late');
  });

  it('and ends with 0 at once is told, and started again', async () => {
    const live = await openLive('pw-record=ends,ends,plain');
    await live.start();
    await live.heardS(1);
    await live.stop();
    expect(lost(live.heard.states).length).toBeGreaterThanOrEqual(2);
  });
});

describe('a microphone with two channels', () => {
  it('is asked for both, and two that cancel each other become what was said', async () => {
    const live = await openLive('pw-record=shape 16000 2', { INVERTED: '1' }, 2);
    await live.start();
    await live.heardS(3);
    await live.stop();
    expect(live.heard.problems).toEqual([]);
    expect(likeness(live, 1.2, 1.5)).toBeGreaterThan(0.9);
  });

  it('is asked for both again behind a take without sound, and behind a program that ends at once', async () => {
    const live = await openLive('pw-record=ends,nothing,shape 16000 2', {}, 2);
    await live.start();
    await live.heard.until(
      () => live.heard.states.filter(({ kind }) => kind === 'starting').length >= 2,
    );
    await live.stop();
    await live.start();
    await live.heardS(3);
    await live.stop();
    expect(live.heard.problems.filter(({ code }) => code === 'microphone_stream')).toEqual([]);
    expect(live.said.indexOf(live.heard.pcm.subarray(-32_000))).toBeGreaterThan(0);
  });

  it('is asked for one where its program gives one whatever it is asked for', async () => {
    const live = await openLive('pw-record=plain', {}, 2);
    await live.start();
    await live.heardS(7);
    await live.stop();
    expect(lost(live.heard.states)).toContainEqual(expect.objectContaining({ reason: 'rate' }));
    expect(live.said.indexOf(live.heard.pcm.subarray(-64_000))).toBeGreaterThan(0);
  });
});

describe('a stream that is not as announced', () => {
  it.each([
    ['48 kHz stereo', 'shape 48000 2', {}, '48000 Hz stereo'],
    ['48 kHz stereo, one channel inverted', 'shape 48000 2', { INVERTED: '1' }, '48000 Hz stereo'],
    ['16 kHz stereo', 'shape 16000 2', {}, '16000 Hz stereo'],
    ['44.1 kHz mono', 'shape 44100 1', {}, '44100 Hz mono'],
    ['32 kHz mono', 'shape 32000 1', {}, '32000 Hz mono'],
    ['big-endian', 'big', {}, 'big-endian'],
    ['words before it', 'words hello world', {}, 'words'],
    ['an even number of letters before it', 'words ALSA: ready', {}, 'words'],
    ['words in it', 'warnings', {}, 'words'],
  ])('%s becomes what was said, and is told', async (_, step, env, told) => {
    const live = await openLive(`pw-record=${step}`, env);
    await live.start();
    expect(await likenessBehind(live, told)).toBeGreaterThan(0.9);
  });

  it('too few samples are noticed, told, and another program is tried', async () => {
    const live = await openLive('pw-record=fifth 5;parec=plain');
    await live.start();
    await live.heard.until(() =>
      live.heard.problems.some(({ message }) => message.includes('a second instead')),
    );
    const before = live.heard.pcm.length;
    await live.heard.until(() => live.heard.pcm.length > before + 16_000);
    await live.stop();
    expect(lost(live.heard.states)).toContainEqual(expect.objectContaining({ reason: 'rate' }));
  });

  it.each([
    ['32 kHz mono', 'then 1.5 shape 32000 1'],
    ['48 kHz stereo', 'then 1.5 shape 48000 2'],
  ])('%s in mid-sentence is noticed', async (_, step) => {
    const live = await openLive(`pw-record=${step}`);
    await live.start();
    expect(await likenessBehind(live, 'converted')).toBeGreaterThan(0.9);
  });

  it('half as many samples are 8 kHz', async () => {
    const live = await openLive('pw-record=fifth 2');
    await live.start();
    await live.heard.until(() => live.heard.problems.length > 0);
    await live.stop();
    expect(live.heard.problems[0]?.message).toContain('8000 Hz mono');
  });

  it('speech at another speed is no other rate', async () => {
    const live = await openLive('pw-record=plain');
    await live.start();
    await live.heardS(3);
    await live.stop();
    expect(live.heard.problems).toEqual([]);
    expect(isOnePiece(live)).toBe(true);
    expect(missedS(live)).toBeLessThan(1.5);
  });
});
