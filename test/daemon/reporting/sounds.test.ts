import { statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Sounds, waveOf } from '../../../ts/daemon/reporting/sounds.js';
import { textOf } from '../../support/daemon.js';
import { openHome } from '../../support/home.js';

/** A machine with this player, which notes what it is given. */
function machineWith(player: string, isEnabled = true) {
  const home = openHome();
  const notes = home.file('played');
  writeFileSync(home.file(player), `#!/bin/sh\necho "$0 $*" >>"${notes}"\nexit 1\n`, {
    mode: 0o755,
  });
  const env = { ...home.env, PATH: home.dir };
  return { home, notes, sounds: new Sounds({ env, folder: home.dir, isEnabled: () => isEnabled }) };
}

describe('sounds', () => {
  it.each(['pw-play', 'paplay', 'aplay'])(
    'are played by %s, from a private file',
    async (player) => {
      const { home, notes, sounds } = machineWith(player);
      sounds.play('start');
      await expect.poll(() => textOf(notes)).toMatch(new RegExp(`${player} .*start\\.wav\n`));
      expect(statSync(home.file('start.wav')).mode & 0o077).toBe(0);
    },
  );

  it('are none where they are off, and where there is no player', () => {
    const { home, notes, sounds } = machineWith('paplay', false);
    sounds.play('start');
    new Sounds({ env: { PATH: '/nowhere' }, folder: home.dir, isEnabled: () => true }).play('stop');
    expect([textOf(notes), textOf(home.file('stop.wav'))]).toEqual(['', '']);
  });

  it('are short and quiet, and begin and end in silence', () => {
    const wave = waveOf([660, 880]);
    expect(wave.readUInt32LE(40)).toBe(wave.length - 44);
    const samples = Array.from({ length: (wave.length - 44) / 2 }, (_, at) =>
      wave.readInt16LE(44 + 2 * at),
    );
    expect(samples.length / 16_000).toBeLessThan(0.2);
    expect(Math.max(...samples)).toBeLessThan(3_300);
    expect([samples[0], samples.at(-1)]).toEqual([0, 0]);
  });
});
