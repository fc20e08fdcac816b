import { describe, expect, it } from 'vitest';
import {
  type OpenUtterance,
  OpenUtterances,
  type Transcript,
} from '../../../ts/daemon/utterances/open-utterances.js';
import { Speculation } from '../../../ts/daemon/utterances/speculation.js';
import { endsInCommand } from '../../../ts/daemon/utterances/spoken.js';
import { stagesOf } from '../../../ts/daemon/utterances/stages.js';

const TEXT: Transcript = {
  text: 'that is all',
  device: 'cpu',
  engine: 'tiny.en int8',
  sttMs: 200,
  sentenceEnd: true,
  segments: [],
};

/** A guess of 1 s of sound that was made at 10 s, with its text at 10.25 s. */
function guess(utterances: OpenUtterances, transcript: Transcript | null): OpenUtterance {
  const fields = {
    session: 1,
    speculative: true,
    purpose: { kind: 'dictation' },
    nowS: 10,
  } as const;
  const utterance = utterances.issue({ pcm: Buffer.alloc(32_000) }, fields);
  utterance.transcript = transcript;
  utterance.textS = 10.25;
  return utterance;
}

describe('speculation', () => {
  it('counts what it saved and what was in vain', () => {
    const utterances = new OpenUtterances();
    const speculation = new Speculation();
    speculation.used();
    speculation.delivered(guess(utterances, TEXT), 50);
    speculation.dropped(guess(utterances, TEXT));
    expect(speculation.figures).toEqual({
      used: 1,
      dropped: 1,
      usedMs: 200,
      savedMs: 150,
      droppedMs: 200,
      engineMs: 400,
    });
  });

  it('stops where too much is in vain, later where somebody waits for the text', () => {
    const utterances = new OpenUtterances();
    const speculation = new Speculation();
    const judged = () => [speculation.pays, speculation.isBearable];
    for (let at = 0; at < 12; at += 1) speculation.delivered(guess(utterances, TEXT), 50);
    expect(judged()).toEqual([true, true]);
    for (let at = 0; at < 8; at += 1) speculation.dropped(guess(utterances, TEXT));
    expect(judged()).toEqual([false, true]);
    for (let at = 0; at < 8; at += 1) speculation.dropped(guess(utterances, TEXT));
    expect(judged()).toEqual([false, false]);
  });

  it('counts a text that comes after its guess was dropped, once', () => {
    const speculation = new Speculation();
    const utterance = guess(new OpenUtterances(), null);
    speculation.dropped(utterance);
    speculation.cameTooLate(utterance.id, TEXT);
    speculation.cameTooLate(utterance.id, TEXT);
    speculation.cameTooLate(99, TEXT);
    expect(speculation.figures).toMatchObject({ dropped: 1, droppedMs: 200, engineMs: 200 });
  });

  it('stops while too much is in vain, and goes on when more was of use', () => {
    const utterances = new OpenUtterances();
    const speculation = new Speculation();
    for (let i = 0; i < 10; i += 1) speculation.dropped(guess(utterances, TEXT));
    expect(speculation.pays).toBe(true);
    for (let i = 0; i < 10; i += 1) speculation.dropped(guess(utterances, TEXT));
    expect(speculation.pays).toBe(false);
    for (let i = 0; i < 70; i += 1) speculation.delivered(guess(utterances, TEXT), 0);
    expect(speculation.pays).toBe(true);
  });
});

describe('where the time went', () => {
  it('counts the engine only as far as somebody waited for it', () => {
    const utterance = guess(new OpenUtterances(), TEXT);
    utterance.voiceEndedS = 9.7;
    utterance.lastFrameS = 10.14;
    utterance.closedS = 10.15;
    const stages = stagesOf(utterance, 10.26);
    expect(stages.endpointMs).toBeCloseTo(440);
    expect(stages.earMs).toBeCloseTo(10);
    expect(stages.queueMs).toBeCloseTo(50);
    expect(stages.engineWaitMs).toBeCloseTo(100);
    expect(stages.overheadMs).toBeCloseTo(10);
  });
});

describe('a spoken command at the end', () => {
  it.each([
    ['this is it period', true],
    ['go on new line', true],
    ['control c', true],
    ['is it question mark', true],
    ['this is it', false],
    ['first comma', false],
    ['open quote', false],
    ['', false],
  ])('%j: %s', (text, closes) => {
    expect(endsInCommand(text, { mode: 'all' })).toBe(closes);
  });
});
