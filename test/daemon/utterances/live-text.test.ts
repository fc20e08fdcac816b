import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { followEvents } from '../../../ts/control/client.js';
import { type DaemonProcess, textOf } from '../../support/daemon.js';
import { type Home, openHome } from '../../support/home.js';
import { pcmOf, typedText, writeWav } from '../../support/speech.js';

/** Spoken without a pause, so that there is something to see meanwhile. */
const SENTENCES = ['garden', 'report', 'train'];
const CARD = ['--device', 'sim:4295'];

let home: Home;

beforeEach(() => {
  home = openHome();
});

const typed = () => textOf(home.file('typed.txt'));

async function start(...args: string[]): Promise<DaemonProcess> {
  const wav = writeWav(home.file('speech.wav'), pcmOf([0.3, ...SENTENCES, 2.3]));
  const daemon = home.start([
    ...['--source', `wav:${wav}`, '--realtime'],
    ...['--sink', `file:${home.file('typed.txt')}`, ...args],
  ]);
  await daemon.said(/ready/);
  return daemon;
}

type Event = { readonly topic: string; readonly payload: Record<string, unknown> };

/** Everything that comes on these topics from now on. */
function follow(topics: readonly string[]): Event[] {
  const ended = new AbortController();
  onTestFinished(() => ended.abort());
  const seen: Event[] = [];
  const reading = async () => {
    for await (const event of followEvents(home.eventsEndpoint, topics, ended.signal)) {
      seen.push(event);
    }
  };
  void reading();
  return seen;
}

async function decisions(running: DaemonProcess): Promise<readonly Record<string, unknown>[]> {
  return (await running.ask('decisions', { limit: 200 })).decisions as Record<string, unknown>[];
}

describe('reading along', () => {
  it('shows the words of a sentence while it is spoken, and types what is typed without', async () => {
    const running = await start();
    const seen = follow(['hypothesis', 'transcription']);
    const engine = async () => (await running.ask('snapshot')).models;
    await expect.poll(engine).toMatchObject({ stt: { device: 'cpu' } });
    await running.ask('toggle');
    await expect.poll(typed).toBe(typedText(SENTENCES));
    const looks = seen.filter(({ topic }) => topic === 'hypothesis');
    expect(looks.length).toBeGreaterThan(0);
    const spoken = new Set(typedText(SENTENCES).split(' '));
    for (const { payload } of looks) {
      expect(Number(payload.end_s) - Number(payload.start_s)).toBeLessThanOrEqual(5);
      expect(payload).toMatchObject({ session_id: 1, device: 'cpu' });
    }
    const words = looks.flatMap(({ payload }) => String(payload.text).split(' '));
    expect(words.filter((word) => spoken.has(word)).length).toBeGreaterThan(words.length / 2);
    await expect.poll(() => seen.at(-1)?.topic).toBe('transcription');
    expect(await running.ask('snapshot')).toMatchObject({ pending: 0, queue: { waiting: 0 } });
  });

  it('costs nothing where nobody does, also beside a follower of everything else', async () => {
    const running = await start();
    const seen = follow(['']);
    await running.ask('toggle');
    await expect.poll(typed).toBe(typedText(SENTENCES));
    expect(seen.filter(({ topic }) => topic === 'hypothesis')).toEqual([]);
    const { speculation } = await running.ask('snapshot');
    const { dropped } = speculation as { dropped: number };
    const asked = (await decisions(running)).filter(({ action }) => action === 'transcribe');
    expect(asked.length).toBeLessThanOrEqual(SENTENCES.length + dropped);
  });

  it.each(['sticky', 'oom', 'hang', 'dead'])(
    'loses and doubles nothing where the card fails meanwhile (%s)',
    async (fault) => {
      const running = await start(...CARD);
      const device = async () => (await running.ask('snapshot')).models;
      await expect.poll(device).toMatchObject({ stt: { device: 'cuda' } });
      const seen = follow(['hypothesis']);
      await running.ask('toggle');
      await expect.poll(() => seen.length).toBeGreaterThan(0);
      await running.ask('sim', { fault });
      await expect.poll(typed).toBe(typedText(SENTENCES));
      expect(await running.ask('snapshot')).toMatchObject({ pending: 0 });
      expect((await decisions(running)).map((made) => made.fault)).toContain(fault);
    },
  );
});
