import { describe, expect, it } from 'vitest';
import { Agreement, type Look } from '../../../ts/daemon/utterances/agreement.js';

function look(frame: number, text: string, written?: string): Look {
  const about = { device: 'cpu', engine: 'x', sttMs: 1, sentenceEnd: null, segments: [] };
  return { frame, transcript: { text, written, ...about } };
}

const always = () => true;

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
});
