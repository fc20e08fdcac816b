import { describe, expect, it } from 'vitest';
import type { AudioSource } from '../../ts/system/desktop/audio-source.js';
import { readPactl, readWpctl } from '../../ts/system/desktop/read-sources.js';
import { explainMonitor, explainSilence } from '../../ts/system/desktop/silence-report.js';

const PACTL = `Source #0
	State: IDLE
	Name: speakers.monitor
	Description: Monitor of Speakers
	Sample Specification: s16le 2ch 44100Hz
	Mute: no
	Volume: front-left: 65536 / 100% / 0.00 dB,   front-right: 65536 / 100% / 0.00 dB
	Monitor of Sink: speakers
	Properties:
		device.description = "Monitor of Speakers"

Source #7
	State: SUSPENDED
	Name: alsa_input.usb
	Description: USB Mic: Blue
	Sample Specification: s16le 1ch 48000Hz
	Mute: yes
	Volume: mono: 1311 /   2% / -101.94 dB
	Monitor of Sink: n/a
`;

describe('the inputs of a sound server', () => {
  it('are read as pactl prints them', () => {
    expect(readPactl(PACTL, 'alsa_input.usb')).toEqual([
      {
        name: 'speakers.monitor',
        description: 'Monitor of Speakers',
        isDefault: false,
        isMonitor: true,
        isMuted: false,
        volumePercent: 100,
        channels: 2,
      },
      {
        name: 'alsa_input.usb',
        description: 'USB Mic: Blue',
        isDefault: true,
        isMonitor: false,
        isMuted: true,
        volumePercent: 2,
        channels: 1,
      },
    ]);
    expect(readPactl('', '')).toEqual([]);
    expect(readPactl('Connection failure', 'x')).toEqual([]);
  });

  it('are read as wpctl prints the default one', () => {
    const inspected =
      'id 52, type PipeWire:Interface:Node\n  * node.description = "Built-in Audio"\n  * node.name = "alsa_input.pci"\n    audio.channels = "2"\n';
    expect(readWpctl(inspected, 'Volume: 0.40 [MUTED]\n')).toMatchObject({
      name: 'alsa_input.pci',
      description: 'Built-in Audio',
      isMuted: true,
      volumePercent: 40,
      channels: 2,
    });
    expect(readWpctl('', '')).toBeNull();
  });
});

describe('why nothing is heard', () => {
  const source: AudioSource = {
    name: 'mic',
    description: 'USB Mic',
    isDefault: true,
    isMonitor: false,
    isMuted: false,
    volumePercent: 80,
    channels: 1,
  };

  it.each([
    [{ isMuted: true }, /muted: type `pactl set-source-mute/, true],
    [{ volumePercent: 2 }, /level is 2 %: type `pactl set-source-volume/, true],
    [{ isMonitor: true }, /monitor.*loudspeakers.*set-default-source/, true],
    [{}, /switch it on, or choose another input/, false],
  ])('%j', (fields, advice, isSure) => {
    const report = explainSilence({ ...source, ...fields }, 'parec');
    expect(report).toMatchObject({
      name: 'USB Mic',
      advice: expect.stringMatching(advice),
      isSure,
    });
  });

  it('names the program where nobody tells, and a monitor before anybody speaks', () => {
    expect(explainSilence(null, 'parec').name).toBe('parec');
    expect(explainMonitor({ ...source, isMonitor: true })).toMatch(
      /^microphone: USB Mic: it is a monitor/,
    );
    expect(explainMonitor(source)).toBeNull();
  });
});
