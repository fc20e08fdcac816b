import { describe, expect, it } from 'vitest';
import { ChosenInput, type InputNews } from '../../../ts/daemon/hearing/chosen-input.js';
import type { AudioSource } from '../../../ts/system/desktop/audio-source.js';

function source(name: string, description: string, isDefault = false): AudioSource {
  const rest = { isMonitor: false, isMuted: null, volumePercent: null, channels: 1 };
  return { name, description, isDefault, ...rest };
}

const BUILT_IN = source('alsa.0', 'Built-in Audio', true);
const BLUE = source('usb.blue', 'USB Mic Blue');
const HEADSET = source('usb.head', 'Headset');

function choose(wanted: string) {
  const desk = { wanted, sources: [BUILT_IN, BLUE, HEADSET] };
  const news: InputNews[] = [];
  const used: (string | null)[] = [];
  const input = new ChosenInput({
    wanted: () => desk.wanted,
    list: async () => desk.sources,
    use: (source) => used.push(source?.name ?? null),
    tell: (item) => news.push(item),
  });
  const look = async (sources: AudioSource[]) => {
    desk.sources = sources;
    await input.look();
  };
  return { desk, input, look, news, used };
}

describe('the chosen input', () => {
  it.each(['usb.blue', 'USB Mic Blue', 'blue', '1'])('is found by %s', async (wanted) => {
    const { input, news } = choose(wanted);
    await input.look();
    expect(input.input).toBe(BLUE);
    expect(news).toEqual([]);
  });

  it('that is pulled out and put in again is told once each, also where it was chosen by its number', async () => {
    const { look, news, used } = choose('1');
    for (const sources of [
      [BUILT_IN, BLUE, HEADSET],
      [BUILT_IN, HEADSET],
      [BUILT_IN, HEADSET],
    ]) {
      await look(sources);
    }
    await look([BLUE, BUILT_IN, HEADSET]);
    await look([BLUE, BUILT_IN, HEADSET]);
    expect(used).toEqual(['usb.blue', null, 'usb.blue']);
    expect(news).toEqual([
      { kind: 'gone', name: 'USB Mic Blue', instead: 'Built-in Audio' },
      { kind: 'back', name: 'USB Mic Blue' },
    ]);
  });

  it('is not taken for gone where the sound server does not answer', async () => {
    const { input, look, news } = choose('blue');
    await look([BUILT_IN, BLUE]);
    await look([]);
    expect(input.input).toBe(BLUE);
    expect(news).toEqual([]);
  });

  it('is the desktop’s where none is wanted, and another as soon as another is', async () => {
    const { desk, input, used } = choose('');
    await input.look();
    desk.wanted = 'head';
    await input.look();
    desk.wanted = '';
    await input.look();
    expect(used).toEqual(['usb.head', null]);
  });
});
