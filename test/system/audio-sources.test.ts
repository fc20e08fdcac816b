import { describe, expect, it } from 'vitest';
import { readArecord, readPwDump } from '../../ts/system/desktop/read-sources.js';
import { findRecorders } from '../../ts/system/desktop/recorders.js';

const node = (name: string, kind: string, description?: string) => ({
  type: 'PipeWire:Interface:Node',
  info: { props: { 'node.name': name, 'media.class': kind, 'node.description': description } },
});

describe('the inputs', () => {
  it('of PipeWire alone are read as pw-dump prints them', () => {
    const metadata = { key: 'default.audio.source', value: { name: 'alsa_input.usb' } };
    const dump = [
      node('alsa_output.pci', 'Audio/Sink', 'Speakers'),
      node('alsa_input.usb', 'Audio/Source', 'USB Mic'),
      node('a-program', 'Stream/Input/Audio'),
      { type: 'PipeWire:Interface:Metadata', metadata: [metadata] },
    ];
    expect(readPwDump(JSON.stringify(dump))).toMatchObject([
      { name: 'alsa_output.pci', description: 'Speakers', isMonitor: true, isDefault: false },
      { name: 'alsa_input.usb', description: 'USB Mic', isMonitor: false, isDefault: true },
    ]);
    expect(readPwDump('')).toEqual([]);
    expect(readPwDump('{}')).toEqual([]);
  });

  it('of ALSA alone are read as arecord prints them', () => {
    const listed = [
      'null',
      '    Discard all samples',
      'hw:CARD=Blue,DEV=0',
      '    USB Mic Blue, USB Audio',
      '    Direct hardware device without any conversions',
      'plughw:CARD=Blue,DEV=0',
      '    USB Mic Blue, USB Audio',
      '    Hardware device with all software conversions',
    ].join('\n');
    const [blue, ...others] = readArecord(listed);
    expect(blue).toMatchObject({
      name: 'plughw:CARD=Blue,DEV=0',
      description: 'USB Mic Blue, USB Audio',
      isBare: true,
    });
    expect(others).toEqual([]);
  });
});

describe('recording programs', () => {
  const env = { PATH: `${process.cwd()}/test/fixtures/bin` };
  const about = { isDefault: false, isMonitor: false, isMuted: null, volumePercent: null };
  const source = { name: 'usb.blue', description: 'Blue', channels: 1, ...about };

  it('are told which input, and those that can not be told are left out', () => {
    const calls = findRecorders(env, source).map(({ name, args }) => [name, args.join(' ')]);
    expect(calls.map(([name]) => name)).toEqual(['pw-record', 'pw-record', 'parec']);
    for (const [, args] of calls) expect(args).toMatch(/--target usb\.blue|--device=usb\.blue/);
    const [bare, ...others] = findRecorders(env, { ...source, isBare: true });
    expect(bare).toMatchObject({ name: 'arecord' });
    expect(bare?.args.slice(0, 2)).toEqual(['-D', 'usb.blue']);
    expect(others).toEqual([]);
    expect(findRecorders(env)).toHaveLength(4);
  });
});
