import type { ControlRequest } from '../protocol/control/control-request.js';
import { repliesV2, understandV2 } from '../protocol/control/control-v2.js';
import type { ControlHandler, Listener } from './handler.js';
import { type Answer, serveOneRequest } from './one-request.js';

/** Opens the control socket for clients of the second generation at `path`. */
export function serveControlV2(path: string, handler: ControlHandler): Promise<Listener> {
  const answer = (request: ControlRequest) => answerV2(understandV2(request), handler);
  return serveOneRequest(path, answer, repliesV2.failed);
}

async function answerV2(
  request: ReturnType<typeof understandV2>,
  handler: ControlHandler,
): Promise<Answer> {
  switch (request.kind) {
    case 'toggle': {
      const { state, session, words, wpm } = await handler.toggle();
      const isOn = state === 'recording';
      return { reply: isOn ? repliesV2.started(session) : repliesV2.stopped(words, wpm) };
    }
    case 'status':
      return { reply: repliesV2.state(handler.state() === 'recording' ? 'recording' : 'idle') };
    case 'quit':
      return { reply: null, afterwards: () => handler.shutdown() };
    case 'unknown':
      return { reply: repliesV2.unknown(request.action) };
    case 'invalid':
      return { reply: repliesV2.invalid() };
    case 'no_reply':
      return { reply: null };
    default:
      return request satisfies never;
  }
}
