import { describe, expect, it } from 'vitest';
import {
  type Context,
  type OpenUtterance,
  OpenUtterances,
} from '../../../ts/daemon/utterances/open-utterances.js';
import { hearInContext } from '../../../ts/daemon/workers/in-context.js';
import type { WorkerAnswer } from '../../../ts/protocol/worker/worker.js';
import type { Reply } from '../../../ts/worker/requests.js';

type TextAnswer = Extract<WorkerAnswer, { type: 'text' }>;

const RATE_HZ = 16_000;
/** Two seconds of context, a pause of half a second, two seconds of an utterance. */
const CONTEXT: Context = {
  ...{ fromSample: 0, hasRest: true, text: 'we went to the house' },
  written: 'We went to the house',
};

function utteranceWith(context: Context | null): OpenUtterance {
  const audio = { recording: 1, fromSample: 2.5 * RATE_HZ, toSample: 4.5 * RATE_HZ };
  const purpose = { kind: 'dictation' } as const;
  const fields = { session: 1, speculative: true, purpose, nowS: 0 };
  return Object.assign(new OpenUtterances().issue(audio, fields), { context });
}

function say(text: string, more: Partial<TextAnswer> = {}): Reply {
  const figures = { stt_ms: 100, audio_s: 4.5, memory: null, need_mb: null, covered_until_s: 4.4 };
  const by = { device: 'cpu', engine: 'tiny.en int8' } as const;
  return {
    kind: 'answer',
    answer: { type: 'text', id: 1, text, segments: [], ...by, ...figures, ...more },
  };
}

async function hear(context: Context | null, replies: Reply[], blind = false) {
  const asked: string[] = [];
  const ask = async (pcm: Buffer) => {
    asked.push(pcm.toString());
    return replies.shift() ?? ({ kind: 'lost', fault: 'dead' } as const);
  };
  const sound = (name: string) => async () => Buffer.from(name);
  const sounds = { whole: sound('whole'), own: sound('own'), ask, blind };
  const reply = await hearInContext(utteranceWith(context), sounds);
  return { asked, reply, answer: reply.kind === 'answer' ? reply.answer : null };
}

describe('an utterance that is heard with what was said before it', () => {
  it('has only its own words, and its own times', async () => {
    const whole = say('we went to the house by the lake', {
      written: 'We went to the house by the lake.',
    });
    const { asked, answer } = await hear(CONTEXT, [whole]);
    expect(asked).toEqual(['whole']);
    expect(answer).toMatchObject({
      ...{ text: 'by the lake', written: 'by the lake.', audio_s: 2 },
      segments: [{ start_s: 0, end_s: 2, text: 'by the lake' }],
    });
    expect((answer as TextAnswer).covered_until_s).toBeCloseTo(1.9);
  });

  it('is heard alone where those words can not be found again', async () => {
    const { asked, answer } = await hear(CONTEXT, [say('by the lake'), say('by the lake')]);
    expect(asked).toEqual(['whole', 'own']);
    expect(answer).toMatchObject({ text: 'by the lake', stt_ms: 200 });
  });

  it('is heard alone, behind a pause, by an engine that can not say how far it heard', async () => {
    const silent = { covered_until_s: null };
    const first = await hear(CONTEXT, [say('we went to the house', silent), say('comma', silent)]);
    expect(first.asked).toEqual(['whole', 'own']);
    expect(first.answer).toMatchObject({ text: 'comma' });
    const next = await hear(CONTEXT, [say('comma', silent)], true);
    expect(next.asked).toEqual(['own']);
    const cut = { ...CONTEXT, hasRest: false, written: undefined };
    const within = await hear(cut, [say('we went to the house by the lake', silent)], true);
    expect(within).toMatchObject({ asked: ['whole'], answer: { text: 'by the lake' } });
  });

  it('is heard as ever where nothing was said before it', async () => {
    expect(await hear(null, [say('hello')])).toMatchObject({
      asked: ['own'],
      answer: { text: 'hello' },
    });
  });

  it('hands on a fault of either hearing', async () => {
    const fault = { kind: 'failed', fault: 'oom', code: 'oom', message: 'full' } as const;
    expect((await hear(CONTEXT, [fault])).reply).toEqual(fault);
    expect((await hear(CONTEXT, [say('nothing of it'), fault])).reply).toEqual(fault);
  });
});
