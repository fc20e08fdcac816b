import { beforeEach, describe, expect, it } from 'vitest';
import { type DaemonProcess, textOf } from '../../support/daemon.js';
import { type Home, openHome } from '../../support/home.js';
import { pcmOf, typedText, writeWav } from '../../support/speech.js';

const SENTENCES = ['card', 'fox', 'report', 'train'];

let home: Home;

beforeEach(() => {
  home = openHome();
});

/** The daemon on a simulated 4 GB card with its model loaded; speech starts with `toggle`. */
async function startOnCard(names: readonly string[], ...args: string[]): Promise<DaemonProcess> {
  const wav = writeWav(home.file('speech.wav'), pcmOf(names.flatMap((n) => [0.3, n, 2.3])));
  const sink = ['--sink', `file:${home.file('typed.txt')}`];
  const running = home.start([
    ...['--source', `wav:${wav}`, '--device', 'sim:4295', ...sink, ...args],
  ]);
  await running.said(/ready/);
  await expect.poll(() => sttDevice(running)).toBe('cuda');
  return running;
}

async function sttDevice(running: DaemonProcess): Promise<unknown> {
  const { models } = await running.ask('snapshot');
  return (models as { stt: { device: string } }).stt.device;
}

async function actions(running: DaemonProcess): Promise<readonly Record<string, unknown>[]> {
  const { decisions } = await running.ask('decisions', { limit: 200 });
  return decisions as Record<string, unknown>[];
}

const typed = () => textOf(home.file('typed.txt'));

describe('on a simulated 4 GB card', () => {
  it('dictates from the card while it is calm, and moves nothing', async () => {
    const running = await startOnCard(SENTENCES, '--fast');
    await running.ask('toggle');
    await expect.poll(typed).toBe(typedText(SENTENCES));
    const made = await actions(running);
    expect(made.filter(({ action }) => action === 'transcribe')).toHaveLength(SENTENCES.length);
    expect(made.filter(({ action }) => String(action).startsWith('move_stt'))).toEqual([]);
    expect(await sttDevice(running)).toBe('cuda');
  });

  it('leaves the card to others at the emergency level and loses no word', async () => {
    const running = await startOnCard(SENTENCES, '--realtime');
    await running.ask('toggle');
    await expect.poll(typed).toContain('dictation');
    await running.ask('sim', { others_mb: 2_300 });
    await expect.poll(() => sttDevice(running)).toBe('cpu');
    await expect.poll(typed).toBe(typedText(SENTENCES));
    const made = await actions(running);
    const left = made.find(({ action }) => action === 'move_stt' || action === 'kill_worker');
    expect(left).toMatchObject({ level: 'emergency' });
    expect(left?.used_mb).toBeGreaterThanOrEqual(3_800);
    const vad = made.filter(({ action }) => action === 'move_vad').at(-1);
    expect(vad).toMatchObject({ device: 'cpu' });
  });

  it.each(['oom', 'sticky', 'wrong_result', 'ambiguous', 'driver_gone', 'hang', 'dead', 'config'])(
    'gives the same words when the card fails with %s',
    async (fault) => {
      const running = await startOnCard(SENTENCES.slice(0, 3), '--fast');
      await running.ask('sim', { fault });
      await running.ask('toggle');
      await expect.poll(typed).toBe(typedText(SENTENCES.slice(0, 3)));
      const breaker = (await running.ask('snapshot')).breaker as { state: string };
      if (fault === 'config') expect(breaker.state).toBe('isolated');
      // Where the text took long, it is being looked at already whether the driver is back.
      if (fault === 'driver_gone') expect(breaker.state).toMatch(/open/);
    },
  );

  it('goes on from the CPU when the GPU worker is killed, and comes back', async () => {
    const running = await startOnCard(SENTENCES, '--realtime');
    await running.ask('toggle');
    await expect.poll(typed).toContain('dictation');
    const { workers } = await running.ask('snapshot');
    const gpu = (workers as { role: string; pid: number }[]).find(({ role }) => role === 'gpu');
    process.kill(gpu?.pid ?? 0, 'SIGKILL');
    await expect.poll(typed).toBe(typedText(SENTENCES));
    await expect.poll(() => sttDevice(running)).toBe('cuda');
  });

  it('moves voice activity between the devices while someone speaks', async () => {
    const running = await startOnCard(SENTENCES, '--realtime');
    await running.ask('toggle');
    for (const device of ['cuda', 'cpu', 'cuda', 'cpu', 'auto']) {
      await running.ask('migrate', { model: 'vad', device });
      await running.event('memory');
      await running.event('memory');
    }
    await expect.poll(typed).toBe(typedText(SENTENCES));
  });

  it('gives the memory of a model that a person moves away back to other programs', async () => {
    const running = await startOnCard(['fox'], '--fast');
    await running.ask('migrate', { model: 'stt', device: 'cpu' });
    await running.event('memory', ({ reserved_mb }) => Number(reserved_mb) < 21);
    const made = (await actions(running)).map(({ action }) => action);
    const left = made.indexOf('move_stt');
    expect(made.slice(left, left + 2)).toEqual(['move_stt', 'empty_cache']);
  });

  it('says "simulated" wherever it shows the card', async () => {
    const running = await startOnCard(['fox'], '--fast');
    const snapshot = await running.ask('snapshot');
    expect(snapshot).toMatchObject({
      memory: { simulated: true },
      models: { stt: { simulated: true } },
    });
    expect(await running.event('memory')).toMatchObject({ simulated: true });
  });
});
