import { describe, expect, it } from 'vitest';
import { Delivering } from '../../../ts/daemon/delivery/delivering.js';
import { DeliveryQueue } from '../../../ts/daemon/delivery/delivery-queue.js';
import { Scratching } from '../../../ts/daemon/delivery/scratching.js';
import type { JournalPort, Withheld } from '../../../ts/daemon/ports.js';
import { OpenUtterances } from '../../../ts/daemon/utterances/open-utterances.js';
import { Speculation } from '../../../ts/daemon/utterances/speculation.js';
import type { TypedPiece } from '../../../ts/domain/keys.js';
import { CLIPBOARD } from '../../../ts/inject/sink.js';
import type { ApplyOptions } from '../../../ts/voice/apply.js';
import { renderMarkers } from '../../../ts/voice/keys.js';

const LOCKED: Withheld = { reason: 'screen_locked', message: 'the screen is locked' };

/** The delivery of the daemon with a window that shows what is typed, and a journal that only counts. */
function openDesk(commands: ApplyOptions = { mode: 'all' }) {
  const desk = {
    window: '',
    keys: 0,
    fails: null as 'at the start' | 'within' | null,
    by: 'wtype',
    withheld: null as Withheld | null,
  };
  const ended: string[] = [];
  const journal = {
    transcribed: () => {},
    delivering: async () => {},
    progressed: () => {},
    delivered: (id: number) => ended.push(`${id} delivered`),
    copied: (id: number) => ended.push(`${id} copied`),
    pending: (id: number, reason: string) => ended.push(`${id} ${reason}`),
  } as unknown as JournalPort;
  const work: Promise<unknown>[] = [];
  const whenDone = <T>(doing: Promise<T>, then: (value: T) => void) => {
    work.push(doing.then(then));
  };
  const sink = {
    deliver: async (pieces: readonly TypedPiece[]) => {
      for (const piece of pieces) desk.keys += piece.kind === 'key' ? (piece.times ?? 1) : 0;
      const text = renderMarkers(pieces);
      const uncertain = desk.fails === 'within';
      if (desk.fails === null) desk.window += text;
      else if (uncertain) desk.window += text.slice(0, 2);
      if (desk.fails === null) return { kind: 'delivered', by: desk.by } as const;
      return { kind: 'failed', piecesDone: 0, uncertain, message: 'killed' } as const;
    },
  };
  const queue = new DeliveryQueue({ sink, whenDone });
  const utterances = new OpenUtterances();
  const delivering = new Delivering({
    ...{ journal, queue, utterances, speculation: new Speculation() },
    guard: { spokenInto: () => null, whyWithheld: async () => desk.withheld },
    sessions: { report: () => {} } as never,
    scratching: new Scratching({ nowS: () => 1, focus: async () => ({ kind: 'unknown' }) }),
    ...{ nowS: () => 1, commands: () => commands, canScratch: () => true },
    ...{ warn: () => {}, notScratched: () => {}, speechWithoutText: () => {} },
    ...{ pendingChanged: () => {}, finished: () => {}, keepLast: () => {}, recalledLast: null },
  });
  const settle = async () => {
    while (work.length > 0) await work.shift();
  };
  /** An utterance with its text; `open`: more may follow. Answers its id. */
  const say = async (text: string, how: { goesOn?: boolean; open?: boolean } = {}) => {
    const purpose = { kind: 'dictation' } as const;
    const fields = { session: 1, speculative: false, purpose, nowS: 0 };
    const utterance = utterances.issue({ pcm: Buffer.alloc(0) }, fields);
    const about = { device: 'cpu', engine: 'x', sttMs: 1, sentenceEnd: null, segments: [] };
    const written = commands.written === true ? { written: text } : {};
    Object.assign(utterance, how, { transcript: { text, ...written, ...about } });
    utterance.journalId = utterance.id;
    delivering.take(utterance);
    await settle();
    return utterance.id;
  };
  const rest = async (id: number) => {
    delivering.endSentence(id);
    await settle();
  };
  return { desk, ended, delivering, say, rest };
}

describe('a sentence of which a part is typed', () => {
  it('goes on behind it, and has one space behind its end', async () => {
    const { desk, delivering, say, rest } = openDesk();
    await say('hello', { open: true });
    expect(desk.window).toBe('hello');
    const last = await say('comma world', { goesOn: true, open: true });
    expect(desk.window).toBe('hello, world');
    await rest(last);
    expect(desk.window).toBe('hello, world ');
    expect(delivering.lastText?.text).toBe('hello, world');
    await say('next');
    expect(desk.window).toBe('hello, world next ');
  });

  it('that ends in nothing more has its space, too', async () => {
    const { desk, say } = openDesk();
    await say('hello', { open: true });
    await say('', { goesOn: true });
    expect(desk.window).toBe('hello ');
  });

  it('has its full stop once it is over, and none within', async () => {
    const { desk, say, rest } = openDesk({ mode: 'all', written: true });
    await say('Hello there.', { open: true });
    expect(desk.window).toBe('Hello there');
    const last = await say('And so on.', { goesOn: true, open: true });
    expect(desk.window).toBe('Hello there and so on');
    await rest(last);
    expect(desk.window).toBe('Hello there and so on. ');
  });

  it('is over where it ends in a key', async () => {
    const { desk, say, rest } = openDesk();
    await rest(await say('hello control c', { open: true }));
    expect(desk.window).toBe('hello<KEY:ctrl-c>');
  });

  it('does not go on from what was kept, from another take, or from a clipboard', async () => {
    const kept = openDesk();
    kept.desk.withheld = LOCKED;
    await kept.say('hello', { open: true });
    kept.desk.withheld = null;
    await kept.say('world', { goesOn: true });
    expect(kept.desk.window).toBe('world ');
    expect(kept.ended).toEqual(['1 screen_locked', '2 delivered']);
    const copied = openDesk();
    copied.desk.by = CLIPBOARD;
    await copied.rest(await copied.say('hello', { open: true }));
    expect(copied.desk.window).toBe('hello');
    expect(copied.delivering.copies).toBe(true);
  });

  it('keeps its distance from a part that was typed nobody knows how far', async () => {
    const { desk, ended, say, rest } = openDesk();
    desk.fails = 'within';
    await say('hello', { open: true });
    desk.fails = null;
    await rest(await say('world', { goesOn: true, open: true }));
    expect(desk.window).toBe('he world ');
    expect(ended).toEqual(['1 may_already_be_typed', '2 delivered']);
  });

  it('keeps its distance also where a part in the middle was not typed, or kept', async () => {
    const { desk, ended, say, rest } = openDesk();
    await say('the quick', { open: true });
    desk.fails = 'at the start';
    await say('brown fox', { goesOn: true, open: true });
    desk.fails = null;
    await say('comma lazy', { goesOn: true, open: true });
    desk.withheld = LOCKED;
    await say('dog', { goesOn: true, open: true });
    desk.withheld = null;
    await rest(await say('sleeps', { goesOn: true, open: true }));
    expect(desk.window).toBe('the quick, lazy sleeps ');
    expect(ended).toEqual([
      ...['1 delivered', '2 injector_failed', '3 delivered', '4 screen_locked', '5 delivered'],
    ]);
  });

  it('has the next one behind a space, also where its end was not typed', async () => {
    const { desk, say, rest } = openDesk();
    await say('the quick', { open: true });
    desk.fails = 'at the start';
    await say('brown fox', { goesOn: true });
    desk.fails = null;
    await say('tomorrow');
    await say('scratch that');
    expect(desk.window).toBe('the quick tomorrow <KEY:BackSpace>');
    const last = await say('again', { open: true });
    desk.fails = 'at the start';
    await rest(last);
    desk.fails = null;
    await say('once more');
    expect(desk.window).toBe('the quick tomorrow <KEY:BackSpace>again once more ');
  });

  it('has nothing typed behind it by itself where something else was typed since', async () => {
    const { desk, delivering, say, rest } = openDesk();
    const id = await say('hello', { open: true });
    delivering.interrupt();
    await rest(id);
    expect(desk.window).toBe('hello');
  });

  it('is taken back as a whole by "scratch that", which is none inside of it', async () => {
    const { desk, say, rest } = openDesk();
    await say('hello', { open: true });
    await rest(await say('world', { goesOn: true, open: true }));
    await say('scratch that');
    expect(desk.window).toBe('hello world <KEY:BackSpace>');
    expect(desk.keys).toBe('hello world '.length);
    const within = openDesk();
    await within.say('hello', { open: true });
    await within.say('scratch that', { goesOn: true });
    expect(within.desk.window).toBe('hello scratch that ');
  });
});
