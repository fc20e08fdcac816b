import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  type Delivery,
  DeliveryQueue,
  type Outcome,
} from '../../../ts/daemon/delivery/delivery-queue.js';
import { Scratching } from '../../../ts/daemon/delivery/scratching.js';
import { deliveryFor } from '../../../ts/daemon/delivery/utterance-delivery.js';
import type { TypedPiece } from '../../../ts/domain/keys.js';
import { heardBytes } from '../../support/daemon.js';
import { openHome } from '../../support/home.js';
import { pcmOf, writeWav } from '../../support/speech.js';

const SCRATCH = fileURLToPath(new URL('../../fixtures/scratch-that.wav', import.meta.url));
const HELLO: readonly TypedPiece[] = [{ kind: 'text', text: 'hello ' }];

/** A queue whose typing is noted; `typing`: what the injector does. */
function openQueue(typing: () => Promise<void> = async () => {}) {
  const typed: (readonly TypedPiece[])[] = [];
  const queue = new DeliveryQueue({
    sink: {
      async deliver(pieces) {
        typed.push(pieces);
        await typing();
        return { kind: 'delivered', by: 'wtype' };
      },
    },
    whenDone: (work, then) => void work.then(then),
  });
  const deliver = (delivery: Omit<Delivery, 'finished' | 'progressed'>) =>
    new Promise<Outcome>((finished) => queue.add({ progressed: () => {}, ...delivery, finished }));
  return { typed, deliver };
}

const FAILURE = new Error('EMFILE: too many open files');

describe('what fails before the first key', () => {
  const looks: [string, Partial<Delivery>][] = [
    ['the look at the window', { begin: () => Promise.reject(FAILURE) }],
    ['the check behind it', { check: () => Promise.reject(FAILURE) }],
  ];
  it.each(looks)('%s: nothing was typed, and that is certain', async (_what, look) => {
    const { typed, deliver } = openQueue();
    const delivery = { pieces: () => HELLO, begin: async () => null, ...look };
    expect(await deliver(delivery)).toMatchObject({ kind: 'failed', uncertain: false });
    expect(typed).toEqual([]);
  });

  it('is told from an injector that fails, of which nobody knows', async () => {
    const { deliver } = openQueue(() => Promise.reject(FAILURE));
    const outcome = await deliver({ pieces: () => HELLO, begin: async () => null });
    expect(outcome).toMatchObject({ kind: 'failed', uncertain: true });
  });
});

describe('"scratch that"', () => {
  it('in another window is refused with its line, and becomes no text that waits', async () => {
    const focus = async () => ({ kind: 'window', id: 'a', appId: null }) as const;
    const scratching = new Scratching({ nowS: () => 0, focus });
    scratching.begin(false);
    scratching.typed(HELLO, 'wtype');
    const told: string[] = [];
    const transcript = {
      ...{ text: 'scratch that', device: 'cpu', engine: 'x', sttMs: 1, segments: [] },
      sentenceEnd: null,
    };
    const utterance = {
      ...{ id: 1, audio: { pcm: Buffer.alloc(0) }, seconds: 1, session: 1, speculative: false },
      ...{ purpose: { kind: 'dictation' }, journalId: 1, transcript, voiced: null },
      ...{ doubted: null, heardAgain: false, spokenInto: null, lacksText: false },
    } as unknown as Parameters<typeof deliveryFor>[0];
    const journal = { delivering: async () => {}, progressed: () => {} };
    const outcome = await new Promise<Outcome>((resolve) => {
      const delivery = deliveryFor(
        utterance,
        {
          journal: journal as unknown as Parameters<typeof deliveryFor>[1]['journal'],
          guard: {
            spokenInto: () => null,
            whyWithheld: async () => ({ reason: 'window_changed', message: 'another window' }),
          },
          nowS: () => 1,
          commands: () => ({ mode: 'symbols', replacements: new Map() }) as never,
          before: () => null,
          gap: () => null,
          canScratch: () => true,
          scratching,
          warn: (message) => told.push(message),
        },
        (result) => resolve(result.outcome),
      );
      openQueue()
        .deliver(delivery)
        .then((done) => delivery.finished(done));
    });
    expect(outcome).toEqual({ kind: 'delivered', by: 'nothing' });
    expect(told).toEqual(['"scratch that" took nothing back: another window']);
  });

  it('that a killed daemon left is no text that waits, either', async () => {
    const home = openHome();
    // The rest behind it is far too short for its end, so that it surely waits when the daemon is killed.
    home.configure('[vad]\nsilence_duration = 10.0\nendpointing = "fixed"\n');
    const said = readFileSync(SCRATCH).subarray(44);
    const wav = writeWav(home.file('said.wav'), Buffer.concat([said, pcmOf([9])]));
    const args = ['--sink', `file:${home.file('typed')}`, '--device', 'cpu', '--realtime'];
    const first = home.start([...args, '--source', `wav:${wav}`, '--start']);
    await expect.poll(() => heardBytes(home.journalDir)).toBeGreaterThan(said.length + 16_000);
    await first.kill();
    const second = home.start([...args, '--source', `wav:${SCRATCH}`]);
    await second.said(/"scratch that" took nothing back/);
    await expect.poll(() => second.ask('snapshot')).toMatchObject({ pending: 0 });
  });
});
