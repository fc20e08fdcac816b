import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { CLIENT } from '../../support/daemon.js';
import { openHome } from '../../support/home.js';
import { pcmOf } from '../../support/speech.js';
import { HAS_PULSE, SoundServer } from './sound-server.js';

it.skipIf(!HAS_PULSE)(
  'of three microphones the chosen one records, and others until it is back',
  async () => {
    const home = openHome();
    const server = new SoundServer(home.dir);
    server.plugIn('built_in', 'Built-in Audio', pcmOf(['garden', 2]));
    const blue = pcmOf(['fox', 2]);
    const pullOut = server.plugIn('usb_blue', 'USB Mic Blue', blue);
    server.plugIn('headset', 'Headset', pcmOf(['train', 2]));
    server.ask('set-default-source', 'built_in');
    const env = { ...home.env, ...server.env };

    // Not waited for by standing still: the microphones are fed meanwhile.
    const { stdout: listed } = await promisify(execFile)(
      process.execPath,
      [CLIENT, 'microphones', '--json'],
      { env },
    );
    const inputs = listed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(inputs).toMatchObject([
      { number: 0, name: 'built_in', default: true },
      { number: 1, name: 'usb_blue', description: 'USB Mic Blue', default: false },
      { number: 2, name: 'headset' },
    ]);
    for (const { level_db } of inputs) expect(level_db).toBeGreaterThan(-80);

    home.configure('[audio]\ndevice = "blue"\n');
    const daemon = home.start(['--sink', 'stdout', '--device', 'cpu', '--start'], server.env);
    const typed = async (word: string, from: number) => {
      while (!daemon.stdout().slice(from).includes(word)) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    await typed('fox', 0);
    expect(daemon.stdout()).not.toMatch(/garden|train/);
    pullOut();
    await daemon.said(/USB Mic Blue \(\[audio\] device\) is not there, Built-in Audio records/);
    await typed('garden', daemon.stdout().length);
    server.plugIn('usb_blue', 'USB Mic Blue', blue);
    await daemon.said(/USB Mic Blue is back/);
    await typed('fox', daemon.stdout().length);
  },
);
