import { describe, expect, it } from 'vitest';
import { Agreement, type Look } from '../../../ts/daemon/utterances/agreement.js';

function look(frame: number, text: string, written?: string): Look {
  const about = { device: 'cpu', engine: 'x', sttMs: 1, sentenceEnd: null, segments: [] };
  return { frame, transcript: { text, written, ...about } };
}

const always = () => true;

/** A look of an engine that says when each word begins, here each half second, and how sure it is. */
function timedLook(frame: number, text: string, sure: Record<string, number> = {}): Look {
  const words = text.split(' ').map((word, at) => {
    const probability = sure[word.toLowerCase()] ?? 0.9;
    return {
      text: word.replace('.', '').toLowerCase(),
      written: word,
      startS: at / 2,
      probability,
    };
  });
  const plain = words.map((word) => word.text).join(' ');
  const { transcript } = look(frame, plain, text);
  return { frame, transcript: { ...transcript, words } };
}

describe('agreement of looks at speech that goes on', () => {
  it('is with the latest earlier look whose words all come again, and more', () => {
    const agreement = new Agreement();
    expect(agreement.add(0, look(10, 'the cat'), always)).toBeNull();
    expect(agreement.add(0, look(20, 'the cat sat on'), always)?.frame).toBe(10);
    expect(agreement.add(0, look(30, 'the cat sat on the mat'), always)?.frame).toBe(20);
  });

  it('is with none whose last word was torn, though with one before it', () => {
    const agreement = new Agreement();
    agreement.add(0, look(10, 'the'), always);
    agreement.add(0, look(20, 'the rain be'), always);
    expect(agreement.add(0, look(30, 'the rain became too'), always)?.frame).toBe(10);
  });

  it('goes on with what is left of later looks, signs and all', () => {
    const agreement = new Agreement();
    agreement.add(0, look(10, 'the cat', 'The cat'), always);
    const agreed = agreement.add(0, look(20, 'the cat sat', 'The cat sat'), always);
    if (agreed === null) throw new Error('no agreement');
    agreement.cutOff(agreed, 5_120);
    const next = agreement.add(5_120, look(30, 'sat down', 'sat down.'), always);
    expect(next?.transcript).toMatchObject({ text: 'sat', written: 'sat' });
  });

  it('waits for words that could become something else', () => {
    const agreement = new Agreement();
    const isSettled = (text: string) => !text.endsWith('new');
    agreement.add(0, look(10, 'a new'), isSettled);
    expect(agreement.add(0, look(20, 'a new line'), isSettled)).toBeNull();
    expect(agreement.add(0, look(30, 'a new line comes'), isSettled)?.frame).toBe(20);
  });

  it('forgets the looks at another utterance', () => {
    const agreement = new Agreement();
    agreement.add(0, look(10, 'the cat'), always);
    expect(agreement.add(512, look(20, 'the cat sat'), always)).toBeNull();
  });

  it('is on the first words of a look where their places are known, but for its last one', () => {
    const agreement = new Agreement();
    expect(agreement.add(0, timedLook(20, 'The cat sad'), always)).toBeNull();
    const agreed = agreement.add(0, timedLook(40, 'The cat sat on.'), always);
    // The third word begins in the first second: 16,000 samples are 31.25 frames.
    expect(agreed).toMatchObject({
      frame: 31,
      transcript: { text: 'the cat', written: 'The cat' },
    });
    if (agreed === null) throw new Error('no agreement');
    agreement.cutOff(agreed, 31 * 512);
    const next = agreement.add(31 * 512, timedLook(90, 'sat on. The'), always);
    expect(next).toMatchObject({ transcript: { text: 'sat on', written: 'sat on.' } });
  });

  it('waits for more sound where the engine is not sure of a word', () => {
    const agreement = new Agreement();
    const unsure = { cat: 0.1 };
    agreement.add(0, timedLook(40, 'the cat sat on', unsure), always);
    // "sat" begins in the first second; 40 frames are 1.28 s.
    expect(agreement.add(0, timedLook(60, 'the cat sat on', unsure), always)).toMatchObject({
      transcript: { text: 'the' },
    });
    expect(agreement.add(0, timedLook(80, 'the cat sat on', unsure), always)).toMatchObject({
      transcript: { text: 'the cat sat' },
    });
  });

  it('does not wait for looks that agree where a word is sure and was spoken some time ago', () => {
    const agreement = new Agreement();
    agreement.add(0, timedLook(40, 'the cat sat'), always);
    expect(agreement.add(0, timedLook(50, 'a cat sat'), always)).toBeNull();
    expect(agreement.add(0, timedLook(80, 'the cat sat'), always)).toMatchObject({
      transcript: { text: 'the cat' },
    });
    const doubted = { cap: 0.1 };
    expect(new Agreement().add(0, timedLook(80, 'cap sat on', doubted), always)).toBeNull();
  });

  it('takes no word behind sound that the engine left out', () => {
    const agreement = new Agreement();
    const gap = (look: Look): Look => ({
      ...look,
      transcript: { ...look.transcript, coveredUntilS: 0.7 },
    });
    agreement.add(0, gap(timedLook(60, 'the cat sat on')), always);
    expect(agreement.add(0, gap(timedLook(80, 'the cat sat on')), always)).toMatchObject({
      transcript: { text: 'the' },
    });
  });

  it('ends before words that could become something else', () => {
    const agreement = new Agreement();
    const isSettled = (text: string) => !text.endsWith('new');
    agreement.add(0, timedLook(20, 'a cat new line'), isSettled);
    expect(agreement.add(0, timedLook(40, 'a cat new line'), isSettled)).toMatchObject({
      transcript: { text: 'a cat' },
    });
  });

  it('does not cut within what the engine wrote as one word', () => {
    const agreement = new Agreement();
    const { transcript } = look(20, 'a twenty six cats');
    const words = [
      { text: 'a', written: 'a', startS: 0, probability: 1 },
      { text: 'twenty six', written: 'twenty-six', startS: 0.5, probability: 1 },
      { text: 'cats', written: 'cats', startS: 1, probability: 1 },
    ];
    const of = (text: string) => ({ text, written: text, startS: 1.5, probability: 1 });
    agreement.add(0, { frame: 30, transcript: { ...transcript, words } }, always);
    const heard = [...words.slice(0, 2), of('cat')];
    const agreed = agreement.add(
      0,
      { frame: 60, transcript: { ...transcript, words: heard } },
      always,
    );
    expect(agreed).toMatchObject({ transcript: { text: 'a twenty six' } });
    const torn = new Agreement();
    torn.add(0, { frame: 30, transcript: { ...transcript, words } }, always);
    const other = [words[0], { ...of('twenty five') }, of('cats')].filter(
      (word) => word !== undefined,
    );
    expect(
      torn.add(0, { frame: 60, transcript: { ...transcript, words: other } }, always),
    ).toMatchObject({
      transcript: { text: 'a' },
    });
  });
});
