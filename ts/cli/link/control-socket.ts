import { createConnection } from 'node:net';

/** The answer of the daemon, or the words of the original for why there is none. */
export type ControlAnswer =
  | { readonly kind: 'answered'; readonly state: string; readonly message: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** The original waited as long. */
const TIMEOUT_MS = 5000;

/** One request of the first generation over its socket. Never throws. */
export function sendControl(
  socketPath: string,
  action: 'toggle' | 'status' | 'stop',
): Promise<ControlAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = createConnection(socketPath, () => socket.write(JSON.stringify({ action })));
    socket.setTimeout(TIMEOUT_MS, () => fail('Daemon not responding (timeout)'));
    const text = () => Buffer.concat(chunks).toString('utf8');
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (parseObject(text()) !== null) finish(readAnswer(text()));
    });
    socket.on('end', () => finish(readAnswer(text())));
    socket.on('error', (error: NodeJS.ErrnoException) => fail(explain(error)));
    const fail = (reason: string) => finish({ kind: 'failed', reason });
    const finish = (answer: ControlAnswer) => {
      socket.destroy();
      resolve(answer);
    };
  });
}

function explain(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'Daemon not running (socket not found)';
  if (error.code === 'ECONNREFUSED') return 'Daemon not running (connection refused)';
  if (error.code === 'EPIPE' || error.code === 'ECONNRESET') {
    return 'The daemon hung up: it has too many open files, or is ending; its log says which';
  }
  return `Communication error: ${error.message}`;
}

function readAnswer(text: string): ControlAnswer {
  const answer = parseObject(text);
  if (answer === null) {
    const came = text === '' ? 'no answer' : `not JSON: ${text.slice(0, 60)}`;
    return { kind: 'failed', reason: `Communication error: ${came}` };
  }
  if (typeof answer.error === 'string') return { kind: 'failed', reason: answer.error };
  return {
    kind: 'answered',
    state: typeof answer.state === 'string' ? answer.state : 'unknown',
    message: typeof answer.message === 'string' ? answer.message : '',
  };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ...value }
      : null;
  } catch {
    return null;
  }
}
