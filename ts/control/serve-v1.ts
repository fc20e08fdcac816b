import type { ControlRequest } from '../protocol/control/control-request.js';
import { repliesV1, understandV1 } from '../protocol/control/control-v1.js';
import type { ControlHandler, Listener } from './handler.js';
import { type Answer, serveOneRequest } from './one-request.js';

/** Opens the control socket for clients of the first generation at `path`. */
export function serveControlV1(path: string, handler: ControlHandler): Promise<Listener> {
  const answer = (request: ControlRequest) => answerV1(understandV1(request), handler);
  return serveOneRequest(path, answer, repliesV1.failed);
}

async function answerV1(
  request: ReturnType<typeof understandV1>,
  handler: ControlHandler,
): Promise<Answer> {
  switch (request.kind) {
    case 'toggle': {
      // Text may still be on its way after "off"; the original's clients know only these two words here.
      const { state } = await handler.toggle();
      return { reply: repliesV1.state(state === 'recording' ? 'recording' : 'idle') };
    }
    case 'status':
      return { reply: repliesV1.state(handler.state()) };
    case 'stop':
      return { reply: repliesV1.stopping(), afterwards: () => handler.shutdown() };
    case 'unknown':
      return { reply: repliesV1.unknown(request.action) };
    case 'invalid':
      return { reply: repliesV1.invalid() };
    case 'no_reply':
      return { reply: null };
    default:
      return request satisfies never;
  }
}
