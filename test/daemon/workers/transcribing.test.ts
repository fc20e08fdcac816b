import { expect, test } from 'vitest';
import { OpenUtterances, type Transcript } from '../../../ts/daemon/utterances/open-utterances.js';
import { Transcribing } from '../../../ts/daemon/workers/transcribing.js';
import type { PolicyFact } from '../../../ts/domain/events.js';
import type { Reply } from '../../../ts/worker/requests.js';

const ACTION = { kind: 'transcribe', device: 'cuda', worker: 'gpu', generation: 3 } as const;
const SECOND = 32_000;

function say(text: string, audioS: number): Reply {
  const figures = { stt_ms: 400, audio_s: audioS, memory: null, need_mb: audioS * 10 };
  const segments = text === '' ? [] : [{ start_s: 0, end_s: audioS, text }];
  const by = { device: 'cuda', engine: 'canary fp16' } as const;
  return { kind: 'answer', answer: { type: 'text', id: 1, text, segments, ...by, ...figures } };
}

/** Six seconds of sound with a rest in the middle, and an engine that says what it is told to. */
async function hear(replies: Reply[], decide: (fact: PolicyFact, again: () => void) => void) {
  const utterances = new OpenUtterances();
  const fields = {
    session: 1,
    speculative: false,
    purpose: { kind: 'dictation' },
    nowS: 0,
  } as const;
  const open = utterances.issue({ pcm: Buffer.alloc(6 * SECOND) }, fields);
  open.voiced = [
    { fromS: 0.2, toS: 2.8 },
    { fromS: 3.2, toS: 5.8 },
  ];
  const asked: number[] = [];
  const facts: PolicyFact[] = [];
  const texts: Transcript[] = [];
  const work: Promise<unknown>[] = [];
  const transcribing = new Transcribing({
    journal: { read: () => Promise.reject(new Error('not in the journal')) },
    pool: {
      fork: () => {},
      kill: () => {},
      request: (_generation, _channel, _body, audio) => {
        asked.push((audio?.length ?? 0) / SECOND);
        return Promise.resolve(replies.shift() ?? { kind: 'lost', fault: 'dead' });
      },
    },
    utterances,
    learn: (fact) => {
      facts.push(fact);
      decide(fact, () => {
        open.heardAgain = true;
      });
    },
    wishes: () => ({}),
    learnMemory: () => {},
    transcribed: (_, transcript) => texts.push(transcript),
    whenDone: (asking, then) => {
      work.push(asking.then(then));
    },
  });
  const begin = async (more: { atRests?: true } = {}) => {
    transcribing.begin({ ...ACTION, utterance: open.id, windowS: 40, deadlineS: 9, ...more });
    await Promise.all(work);
  };
  return { begin, asked, facts, texts, open };
}

test('a text that the policy doubts is not handed on; the fuller one of both is', async () => {
  const replies = [say('one two', 6), say('one two', 3), say('three four', 3)];
  const run = await hear(replies, (fact, again) => {
    if (fact.kind === 'transcribed' && (fact.heard?.letters ?? 0) < 10) again();
  });
  await run.begin();
  expect([run.asked, run.texts]).toEqual([[6], []]);
  expect(run.facts[0]).toMatchObject({ heard: { letters: 6, uncoveredS: null } });
  const fact = run.facts[0];
  expect(fact?.kind === 'transcribed' ? fact.heard?.restS : null).toBeCloseTo(0.4);
  await run.begin({ atRests: true });
  expect(run.asked).toEqual([6, 3, 3]);
  expect(run.texts).toMatchObject([
    {
      text: 'one two three four',
      sttMs: 1200,
      segments: [
        { start_s: 0, end_s: 3 },
        { start_s: 3, end_s: 6 },
      ],
    },
  ]);
  expect(run.facts[1]).toMatchObject({ needMb: 30, heard: { letters: 15 } });
});

test('a second text that says less, or more than can be said, does not take the place of the first', async () => {
  for (const second of ['one', 'unk '.repeat(99)]) {
    const run = await hear([say('one two', 6), say(second, 3), say('', 3)], (fact, again) => {
      if (fact.kind === 'transcribed' && run.texts.length === 0 && run.asked.length === 1) again();
    });
    await run.begin();
    await run.begin({ atRests: true });
    expect(run.texts.map(({ text }) => text)).toEqual(['one two']);
  }
});

test('a part that still leaves something out is cut again, at its own longest rest, and no other is', async () => {
  const replies = [
    say('one', 6),
    say('one', 3),
    say('one and this is two', 1.5),
    say('three', 1.5),
    say('a sentence without any lack and without any rest inside', 3),
  ];
  const run = await hear(replies, (_, again) => {
    if (run.asked.length === 1) again();
  });
  run.open.voiced = [
    { fromS: 0.2, toS: 1.4 },
    { fromS: 1.6, toS: 2.8 },
    { fromS: 3.2, toS: 5.8 },
  ];
  await run.begin();
  await run.begin({ atRests: true });
  expect(run.asked).toEqual([6, 3, 1.5, 1.5, 3]);
  expect(run.texts).toMatchObject([
    {
      text: 'one and this is two three a sentence without any lack and without any rest inside',
      sttMs: 2000,
    },
  ]);
});

test('an engine that is lost in the middle of the parts leaves the first text where it was', async () => {
  const run = await hear([say('one two', 6), say('one two', 3)], (_, again) => again());
  await run.begin();
  await run.begin({ atRests: true });
  expect([run.texts, run.open.doubted?.text]).toEqual([[], 'one two']);
});

test('how far an engine heard is compared with the speech behind it', async () => {
  const reply = say('one two', 6);
  if (reply.kind === 'answer') Object.assign(reply.answer, { covered_until_s: 2.8 });
  const run = await hear([reply], () => {});
  await run.begin();
  const fact = run.facts[0];
  expect(fact?.kind === 'transcribed' ? fact.heard?.uncoveredS : null).toBeCloseTo(2.6);
});

test('a whole that says the same as its parts has words for what they covered', async () => {
  const replies = [say('one two', 6), say('one', 3), say('two', 3)];
  for (const [at, seconds] of [2, 3, 3].entries()) {
    const reply = replies[at];
    if (reply?.kind === 'answer') Object.assign(reply.answer, { covered_until_s: seconds });
  }
  const run = await hear(replies, (_, again) => {
    if (run.asked.length === 1) again();
  });
  await run.begin();
  await run.begin({ atRests: true });
  const uncovered = run.facts.map((fact) =>
    fact.kind === 'transcribed' ? fact.heard?.uncoveredS : null,
  );
  expect(uncovered[0]).toBeGreaterThan(2);
  expect(uncovered[1]).toBe(0);
});

test('the rest behind the last word of a part is no speech without text', async () => {
  const heardUntil = (reply: Reply, seconds: number): Reply => {
    if (reply.kind === 'answer') Object.assign(reply.answer, { covered_until_s: seconds });
    return reply;
  };
  const replies = [
    heardUntil(say('one', 6), 1),
    heardUntil(say('one and this', 3), 2.7),
    heardUntil(say('is two', 3), 2.8),
  ];
  const run = await hear(replies, (_, again) => {
    if (run.asked.length === 1) again();
  });
  run.open.voiced = [
    { fromS: 0.2, toS: 2.4 },
    { fromS: 3.6, toS: 5.8 },
  ];
  await run.begin();
  await run.begin({ atRests: true });
  const fact = run.facts[1];
  expect(fact?.kind === 'transcribed' ? fact.heard?.uncoveredS : null).toBe(0);
});
