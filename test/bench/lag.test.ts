import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { followFile } from '../../bench/lag/follow-file.js';
import { judge } from '../../bench/lag/judge.js';
import { type SpokenWord, spokenWords } from '../../bench/lag/reference.js';
import { type Clip, readClips, syntheticFolder } from '../../bench/speech/clips.js';
import { breathless, hesitant, plain, type SpeechTake, takeOf } from '../../bench/speech/takes.js';
import { alignWords, wordsOf } from '../../bench/speech/word-errors.js';
import { monotonicS } from '../../ts/system/clock.js';

const clips = readClips(syntheticFolder());
const fox = clips.find(({ name }) => name === 'fox') ?? clips[0];

describe('what said words became', () => {
  it.each([
    ['the quick brown fox', 'the quick brown fox', [0, 1, 2, 3]],
    ['the quick brown fox', 'the brown fox', [0, null, 1, 2]],
    ['the quick brown fox', 'the very quick brown box', [0, 2, 3, 4]],
    ['the quick', '', [null, null]],
    ['', 'something', []],
  ])('%j typed as %j', (said, typed, typedFor) => {
    expect(alignWords(wordsOf(said), wordsOf(typed)).typedFor).toEqual(typedFor);
  });
});

describe('where words end in a take', () => {
  /** As if all words of a clip were of the same length. */
  const evenly = (clip: Clip) => {
    const words = clip.text.split(' ');
    const stepS = (clip.voiceToS - clip.voiceFromS) / words.length;
    return words.map((_, index) => clip.voiceFromS + (index + 1) * stepS);
  };
  const reference = {
    model: '',
    endsS: Object.fromEntries(clips.map((clip) => [clip.name, evenly(clip)])),
  };
  const ends = (take: SpeechTake) => spokenWords(take, reference).map(({ endS }) => endS);

  it('follows the clip, and ends with the voice', () => {
    if (fox === undefined) throw new Error('no clip');
    const take = takeOf('one', [plain(fox)]);
    const own = evenly(fox);
    expect(ends(take).slice(0, -1)).toEqual(own.slice(0, -1).map((endS) => 0.5 + endS));
    expect(ends(take).at(-1)).toBeCloseTo(0.5 + fox.voiceToS, 5);
    expect(spokenWords(take, reference).filter(({ endsSentence }) => endsSentence)).toHaveLength(1);
  });

  it('shifts what was said behind a pause by the pause', () => {
    if (fox === undefined) throw new Error('no clip');
    const without = ends(takeOf('one', [plain(fox)]));
    const shifts = ends(takeOf('one', [hesitant(fox, 4)])).map(
      (endS, i) => endS - (without[i] ?? 0),
    );
    expect(shifts[0]).toBeCloseTo(0, 5);
    expect(shifts.at(-1)).toBeCloseTo(0.95, 5);
    expect(shifts.every((shift) => shift < 0.01 || shift > 0.9)).toBe(true);
  });

  it('joins clips without their silent ends', () => {
    const take = takeOf('long', [breathless([...clips, ...clips], 40)], 1);
    const found = spokenWords(take, reference);
    expect(take.seconds).toBeGreaterThan(40);
    expect(found.map(({ word }) => word).join(' ')).toBe(take.sentences[0]?.text);
    expect(found.map(({ endS }) => endS)).toEqual([...ends(take)].sort((a, b) => a - b));
    expect(found.at(-1)?.endS).toBeGreaterThan(take.seconds - 1.3);
  });
});

describe('judging a way', () => {
  const spoken: readonly SpokenWord[] = [
    { word: 'mister', endS: 1, endsSentence: false },
    { word: 'fox', endS: 2, endsSentence: false },
    { word: 'jumps', endS: 3, endsSentence: true },
  ];
  const take: SpeechTake = { name: 'set', sentences: [], pcm: Buffer.alloc(0), seconds: 4 };
  const played = { startAskedS: 0, startAnsweredS: 0, engineS: 1, cpuS: 1, wallS: 4 };
  const judged = (typed: readonly { atS: number; text: string }[]) =>
    judge(take, 'way', spoken, { ...played, typed });

  it('counts from the end of a word to the moment of its last sign', () => {
    const { lagS, pauseToTextS, wordErrors } = judged([
      { atS: 1.5, text: 'Mr. fo' },
      { atS: 2.5, text: 'x jumps ' },
    ]);
    expect(lagS).toEqual([0.5, 0.5, -0.5]);
    expect(pauseToTextS).toEqual([-0.5]);
    expect(wordErrors).toBe(0);
  });

  it('takes no lag from a word that came out as another, or not at all', () => {
    const { lagS, pauseToTextS, wordErrors, missing } = judged([{ atS: 4, text: 'box jumps' }]);
    expect(lagS).toEqual([1]);
    expect(pauseToTextS).toEqual([1]);
    expect({ wordErrors, missing }).toEqual({ wordErrors: 2, missing: 1 });
  });

  it('counts keys that take words back', () => {
    expect(judged([{ atS: 4, text: 'mister<KEY:BackSpace><KEY:Return> fox' }]).erasingKeys).toBe(1);
  });
});

describe('following a file', () => {
  it('dates each piece when it was written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sw-follow-'));
    const path = join(folder, 'typed.txt');
    writeFileSync(path, '');
    const file = followFile(path);
    try {
      const writtenS: number[] = [];
      for (const text of ['one ', 'zwei Ä ', 'three']) {
        writtenS.push(monotonicS());
        appendFileSync(path, text);
        await vi.waitFor(() => expect(file.pieces.at(-1)?.text).toBe(text), { interval: 1 });
      }
      expect(file.pieces).toHaveLength(3);
      file.pieces.forEach(({ atS }, index) => {
        expect(atS - (writtenS[index] ?? 0)).toBeGreaterThanOrEqual(0);
        expect(atS).toBeLessThan(writtenS[index + 1] ?? Number.POSITIVE_INFINITY);
      });
    } finally {
      file.close();
      rmSync(folder, { recursive: true });
    }
  });
});
