import { describe, expect, it } from 'vitest';
import type { PendingEntry } from '../../ts/journal/types.js';
import { account, type Cut } from './account.js';
import { RATE_HZ, speak } from './spoken.js';

const speech = speak(['fox', 'train']);
const FOX = 'the quick brown fox jumps over the lazy dog';
const TRAIN = 'tomorrow we travel to the mountains by train';

function pendingOf(text: string): PendingEntry {
  return {
    id: 1,
    at_epoch_s: 0,
    seconds: 1,
    text,
    reason: 'daemon_restarted',
    may_already_be_typed: false,
    pieces_done: 0,
    audio_path: null,
  };
}

/** The daemon ended just after the third word of the first sentence, and heard again from the second one on. */
function cutBehindBrown(): Cut {
  const [fox, train] = speech.sentences;
  const brown = fox?.words[2];
  const atSample = (brown?.toSample ?? 0) + 0.45 * RATE_HZ;
  return { atSample, resumedSample: (train?.fromSample ?? 0) - RATE_HZ, lossS: 0 };
}

/** The key was pressed twice in the middle of the fourth word: both halves of it were heard. */
function cutInsideFox(): Cut {
  const fox = speech.sentences[0]?.words[3];
  const atSample = ((fox?.fromSample ?? 0) + (fox?.toSample ?? 0)) / 2;
  return { atSample, resumedSample: atSample, lossS: 0 };
}

describe('the account of words', () => {
  it('balances when all is typed', () => {
    const all = account(speech, `${FOX} ${TRAIN} `, [], []);
    expect(all).toMatchObject({ spoken: 17, delivered: 17, lost: [], doubled: [], ordered: true });
  });

  it('finds what is lost, doubled and out of order', () => {
    const lost = account(speech, 'the quick fox jumps over the lazy dog ', [pendingOf(TRAIN)], []);
    expect(lost).toMatchObject({ lost: ['brown'], doubled: [] });
    const other = account(speech, `${FOX} ${TRAIN.replace('train', 'drain')} `, [], [], true);
    expect(other).toMatchObject({ lost: [], stray: ['drain'] });
    const less = account(speech, `${FOX} ${TRAIN.replace(' train', '')} `, [], [], true);
    expect(less).toMatchObject({ lost: ['train'], stray: [] });
    const doubled = account(speech, `${FOX} ${FOX} ${TRAIN} `, [], []);
    expect([...doubled.doubled].sort()).toEqual(FOX.split(' ').sort());
    expect(account(speech, `${TRAIN} ${FOX} `, [], [])).toMatchObject({ ordered: false });
  });

  it('finds nothing of a doubtful text in the words of another sentence', () => {
    const doubtful = { ...pendingOf('the mountains by train'), may_already_be_typed: true };
    const waiting = [pendingOf('tomorrow we travel to'), doubtful];
    expect(account(speech, `${FOX} `, waiting, [], true)).toMatchObject({ lost: [], doubled: [] });
    const inPart = account(speech, `${FOX} the moun `, waiting, [], true);
    expect(inPart).toMatchObject({ lost: [], doubled: [] });
    const less = account(speech, 'the quick brown fox jumps over lazy dog ', waiting, [], true);
    expect(less.lost).toEqual(['the']);
  });

  it('takes a foreign word of a torn sentence for the one that was said, one for one', () => {
    const cuts = [cutBehindBrown()];
    const misheard = account(speech, `the quick ground ${TRAIN} `, [], cuts);
    expect(misheard).toMatchObject({ lost: [], stray: ['ground'] });
    expect(account(speech, `the quick ${TRAIN} `, [], cuts).lost).toEqual(['brown']);
    expect(account(speech, `ground ${TRAIN} `, [], cuts).lost).toHaveLength(2);
  });

  it('lets a torn word come out of both its halves, and no more often', () => {
    const rest = `jumps over the lazy dog ${TRAIN} `;
    const twice = account(speech, `the quick brown fox fox ${rest}`, [], [cutInsideFox()]);
    expect(twice).toMatchObject({ lost: [], doubled: [] });
    const thrice = account(speech, `the quick brown fox fox fox ${rest}`, [], [cutInsideFox()]);
    expect(thrice.doubled).toEqual(['fox']);
  });

  it('excuses nothing in a sentence that is whole', () => {
    const far = account(speech, `the quick brown ${FOX.slice(16)} ground `, [], [cutBehindBrown()]);
    expect(far.lost).toEqual(expect.arrayContaining(['mountains', 'train']));
  });
});
