import { watch } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parsePendingList } from '../../../ts/protocol/command/pending-list.js';
import { startDaemon, textOf } from '../../support/daemon.js';
import { type Part, pcmOf, SPOKEN, writeWav } from '../../support/speech.js';
import { openWorkspace } from '../../support/workspace.js';

const said = (name: string) => SPOKEN.get(name) ?? '';

/** A daemon that hears this in real time, and each state of the file that it types into. */
async function dictate(config: string, parts: readonly Part[]) {
  const workspace = openWorkspace();
  onTestFinished(() => workspace.remove());
  workspace.configure(config);
  const wav = writeWav(workspace.file('speech.wav'), pcmOf(parts));
  const typed = workspace.file('typed.txt');
  const args = ['--source', `wav:${wav}`, '--realtime', '--sink', `file:${typed}`];
  const start = () => {
    const daemon = startDaemon(workspace, [...args, '--device', 'cpu']);
    onTestFinished(async () => void (await daemon.kill()));
    return daemon;
  };
  const states: string[] = [];
  const look = () => {
    const text = textOf(typed);
    if (text !== states.at(-1)) states.push(text);
  };
  const watcher = watch(dirname(typed), look);
  onTestFinished(() => watcher.close());
  return { start, states, typed: () => textOf(typed) };
}

async function untilIdle(ask: (action: string) => Promise<Record<string, unknown>>): Promise<void> {
  while ((await ask('status')).state !== 'idle') await sleep(100);
}

describe('early', () => {
  test('words are typed in a pause inside the sentence, which goes on behind a space', async () => {
    const home = await dictate('', [0.5, 'fox', 0.15, 'train', 1.5]);
    const daemon = home.start();
    await daemon.said(/ready/);
    await daemon.ask('start');
    await untilIdle((action) => daemon.ask(action));
    const whole = `${said('fox')} ${said('train')}`;
    expect(home.typed()).toBe(`${whole} `);
    expect(home.states).toContain(said('fox'));
    expect((await daemon.ask('last')).text).toBe(whole);
    expect((await daemon.stop()).kind).toBe('exited');
  }, 60_000);

  test('off, a sentence comes whole', async () => {
    const home = await dictate('[inject]\nearly = false\n', [0.5, 'fox', 0.45, 'train', 1.5]);
    const daemon = home.start();
    await daemon.said(/ready/);
    await daemon.ask('start');
    await untilIdle((action) => daemon.ask(action));
    expect(home.typed()).toBe(`${said('fox')} ${said('train')} `);
    expect(home.states).not.toContain(said('fox'));
  }, 60_000);
});

describe('live', () => {
  const LIVE = '[inject]\nlive = true\n';

  test('words come while somebody speaks, and none is taken back', async () => {
    const home = await dictate(LIVE, [0.5, 'train', 'piano', 'small', 1.5]);
    const daemon = home.start();
    await daemon.said(/ready/);
    await daemon.ask('start');
    await untilIdle((action) => daemon.ask(action));
    const whole = [said('train'), said('piano'), said('small')].join(' ');
    expect(home.typed()).toBe(`${whole} `);
    expect(home.states.length).toBeGreaterThan(4);
    for (const [at, text] of home.states.entries())
      expect(text.startsWith(home.states[at - 1] ?? '')).toBe(true);
  }, 60_000);

  test('after a kill what was not typed waits, with what was typed before it', async () => {
    const home = await dictate(LIVE, [0.5, 'train', 'piano', 'small', 20]);
    const first = home.start();
    await first.said(/ready/);
    await first.ask('start');
    while (home.typed().split(' ').length < 3) await sleep(20);
    await first.kill();
    const typed = home.typed();
    const second = home.start();
    await second.said(/ready/);
    const read = async () => parsePendingList(await second.ask('pending'));
    while ((await read()).length === 0 || (await read()).some(({ text }) => text === null))
      await sleep(100);
    const waiting = await read();
    for (const { typed_before } of waiting) expect(typed).toContain(typed_before ?? '?');
    expect(home.typed()).toBe(typed);
    // What was being typed at the kill may stand in the window already; nothing else is in both.
    const sure = waiting.filter(({ may_already_be_typed: maybe }) => !maybe);
    const doubtful = waiting.filter(({ may_already_be_typed: maybe }) => maybe);
    const rest = sure.map(({ text }) => text).join(' ');
    const shown = doubtful.reduce((text, each) => text.replace(each.text ?? '?', ''), typed);
    const counted = [shown, ...doubtful.map(({ text }) => text), rest].join(' ').split(/\s+/);
    const spoken = ['train', 'piano', 'small'].flatMap((name) => said(name).split(' '));
    const heard = counted.filter((word) => word !== '');
    expect(spoken.slice(0, heard.length - 1)).toEqual(heard.slice(0, -1));
  }, 60_000);
});
