import { describe, expect, it } from 'vitest';
import { raiseForEar, UNHEARD } from '../../../ts/daemon/hearing/ear-level.js';
import { adjust, measure } from '../../../ts/daemon/hearing/loudness.js';
import { OverdriveWatch } from '../../../ts/daemon/hearing/overdrive.js';
import { raiseForRecogniser } from '../../../ts/daemon/hearing/raise.js';
import { SoundWatch } from '../../../ts/daemon/hearing/sound-watch.js';
import { pcmOf } from '../../support/speech.js';

const voice = pcmOf(['fox']);
const whole = voice.subarray(0, voice.length - (voice.length % 1_024));
const quieter = (db: number) => adjust(whole, 0, 10 ** (-db / 20));
const withOffset = (pcm: Buffer, offset: number) => adjust(pcm, -offset, 1);
const levelDb = (pcm: Buffer) => 20 * Math.log10(measure(pcm).rms / 32_768);

describe('what the recogniser hears', () => {
  it.each([0, 6, 15])('is not touched at %i dB less than usual', (db) => {
    const pcm = quieter(db);
    expect(raiseForRecogniser(pcm)).toBe(pcm);
  });

  it.each([35, 50, 60])('is raised at %i dB less', (db) => {
    expect(levelDb(raiseForRecogniser(quieter(db)))).toBeGreaterThan(levelDb(whole) - 14);
    expect(levelDb(raiseForRecogniser(quieter(db)))).toBeLessThan(levelDb(whole) + 3);
  });

  it('has no offset', () => {
    const heard = raiseForRecogniser(withOffset(quieter(30), 12_000));
    expect(Math.abs(measure(heard).offset)).toBeLessThan(20);
    expect(levelDb(heard)).toBeGreaterThan(levelDb(whole) - 14);
  });

  it.each([
    ['nothing', Buffer.alloc(32_000)],
    [
      'the noise of a converter',
      Buffer.from(Array.from({ length: 32_000 }, (_, at) => (at % 64 === 0 ? 1 : 0))),
    ],
  ])('is still nothing where there is %s', (_, pcm) => {
    expect(raiseForRecogniser(pcm)).toBe(pcm);
  });
});

describe('what the ear hears', () => {
  it('is not touched where it is loud enough for the model, once there was speech', () => {
    for (const pcm of [whole, quieter(35)]) {
      const begun = 20 * 1_024;
      expect(raiseForEar(UNHEARD, pcm).pcm.subarray(begun).equals(pcm.subarray(begun))).toBe(true);
    }
  });

  it('is raised below that, without an offset, and the same however it is cut', () => {
    for (const pcm of [quieter(60), withOffset(quieter(60), 9_000)]) {
      const { pcm: heard } = raiseForEar(UNHEARD, pcm);
      expect(levelDb(heard)).toBeGreaterThan(-66);
      expect(levelDb(heard)).toBeLessThan(-50);
      const first = raiseForEar(UNHEARD, pcm.subarray(0, 10 * 1_024));
      const second = raiseForEar(first.level, pcm.subarray(10 * 1_024));
      expect(Buffer.concat([first.pcm, second.pcm]).equals(heard)).toBe(true);
    }
  });

  it('comes back to what it was when somebody speaks up', () => {
    const quiet = raiseForEar(UNHEARD, quieter(60));
    const loud = raiseForEar(quiet.level, whole.subarray(20 * 1_024, 40 * 1_024));
    expect(loud.pcm.equals(whole.subarray(20 * 1_024, 40 * 1_024))).toBe(true);
  });
});

describe('a take without sound', () => {
  const pieces = (pcm: Buffer) =>
    Array.from({ length: Math.ceil(pcm.length / 640) }, (_, at) =>
      pcm.subarray(at * 640, at * 640 + 640),
    );
  const findings = (pcm: Buffer) => {
    const watch = new SoundWatch();
    return pieces(pcm).map((piece) => watch.hear(piece));
  };

  it('is found within 3 s, once', () => {
    const found = findings(Buffer.alloc(32_000 * 10));
    expect(found.filter(Boolean)).toEqual(['nothing_heard']);
    expect(found.indexOf('nothing_heard') * 0.02).toBeLessThan(2.5);
  });

  it('that gets sound later is told, too', () => {
    const found = findings(Buffer.concat([Buffer.alloc(32_000 * 4), whole]));
    expect(found.filter(Boolean)).toEqual(['nothing_heard', 'heard_again']);
  });

  it('is none where a room is quiet, or somebody speaks at −50 dB', () => {
    const room = Buffer.alloc(32_000 * 4);
    for (let at = 0; at < room.length; at += 2) room.writeInt16LE(((at * 7919) % 13) - 6, at);
    expect(findings(room).filter(Boolean)).toEqual([]);
    expect(findings(Buffer.concat([quieter(50), Buffer.alloc(96_000)])).filter(Boolean)).toEqual(
      [],
    );
  });
});

describe('sound that is cut off', () => {
  const isOverdriven = (gain: number) => {
    const watch = new OverdriveWatch();
    watch.hear(adjust(whole, 0, gain));
    return watch.isOverdriven;
  };

  it('is told from sound that is loud', () => {
    expect([1, 1.3].map(isOverdriven)).toEqual([false, false]);
    expect([10, 30].map(isOverdriven)).toEqual([true, true]);
  });
});
