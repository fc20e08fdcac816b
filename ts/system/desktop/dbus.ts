import type { Message, MessageBus } from 'dbus-next';
import { within } from '../deadline.js';
import type { Env } from '../env.js';
import { type BusKind, busAddress } from './dbus-address.js';

/** A method call; `signature` describes `body` in D-Bus's letters. */
interface BusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
}

interface BusSignal {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
}

/** A signal with the unique name of who sent it. */
export interface HeardSignal extends BusSignal {
  readonly sender: string;
  readonly body: readonly unknown[];
}

/** A connection to a message bus. Everything is bounded in time; nothing throws out of an event. */
export interface Bus {
  /** Our own name on it, as `:1.42`. */
  readonly name: string;
  /** The answer's values. Rejects with the bus's own words, or when no answer came within 5 s (or `answerMs`). */
  call(call: BusCall, answerMs?: number): Promise<readonly unknown[]>;
  /** Hands on every signal that comes, also those that were sent to us alone, until `close`. `match`: what is asked of the bus. */
  hear(match: string, onSignal: (signal: HeardSignal) => void): Promise<void>;
  /** Asks the bus for one signal and hands its values on until `close`. */
  subscribe(
    signal: BusSignal,
    sender: string,
    onSignal: (body: readonly unknown[]) => void,
  ): Promise<void>;
  /** Resolves once the connection is of no use any more: the bus went away, or `close` was called. */
  readonly ended: Promise<void>;
  close(): void;
}

const ANSWER_MS = 5_000;
/** dbus-next does not tell when the other side hangs up, so the bus itself is asked now and then. */
const PING_EVERY_MS = 60_000;
const DAEMON = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' };

/** Connects to the bus that `env` names; null where there is none or it does not answer. */
export async function connectBus(kind: BusKind, env: Env): Promise<Bus | null> {
  const address = busAddress(kind, env);
  if (address === null) return null;
  // 0.2 s to load, wanted by few starts: not before it is needed.
  const library = (await import('dbus-next')).default;
  try {
    const raw = library.sessionBus({ busAddress: address });
    if ((await within(awaitConnection(raw), ANSWER_MS)) === true) {
      return wrapBus(raw, (call) => new library.Message({ ...call, body: [...(call.body ?? [])] }));
    }
    raw.disconnect();
    return null;
  } catch {
    return null;
  }
}

function awaitConnection(raw: MessageBus): Promise<boolean> {
  return new Promise((resolve) => {
    raw.on('connect', () => resolve(true));
    raw.on('error', () => resolve(false));
  });
}

function wrapBus(raw: MessageBus, toMessage: (call: BusCall) => Message): Bus {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const call = async (request: BusCall, answerMs = ANSWER_MS): Promise<readonly unknown[]> => {
    const answer = await within(raw.call(toMessage(request)), answerMs);
    if (answer === null) throw new Error(`${request.member} was not answered in ${answerMs} ms`);
    return answer.body;
  };
  const addMatch = (rule: string) =>
    call({
      ...{ ...DAEMON, interface: 'org.freedesktop.DBus', member: 'AddMatch' },
      ...{ signature: 's', body: [rule] },
    });
  const ping = () => call({ ...DAEMON, interface: 'org.freedesktop.DBus.Peer', member: 'Ping' });
  const pinger = setInterval(() => void ping().catch(end), PING_EVERY_MS);
  pinger.unref();
  raw.on('error', () => end());
  void ended.then(() => {
    clearInterval(pinger);
    raw.disconnect();
  });
  return {
    name: 'name' in raw && typeof raw.name === 'string' ? raw.name : '',
    call,
    ended,
    close: () => end(),
    async hear(match, onSignal) {
      raw.on('message', (message) => {
        const signal = toSignal(message);
        if (signal !== null) onSignal(signal);
      });
      await addMatch(match);
    },
    async subscribe(signal, sender, onSignal) {
      raw.on('message', (message) => {
        if (isSignal(message, signal)) onSignal(message.body);
      });
      await addMatch(matchRule(signal, sender));
    },
  };
}

/** Number of a signal among the kinds of message, from the D-Bus specification. */
const SIGNAL = 4;

function toSignal(message: Message): HeardSignal | null {
  const { sender, path, interface: face, member, body } = message;
  if (Number(message.type) !== SIGNAL) return null;
  return { sender, path, interface: face, member, body };
}

function isSignal(message: Message, wanted: BusSignal): boolean {
  return (
    message.member === wanted.member &&
    message.interface === wanted.interface &&
    message.path === wanted.path &&
    message.destination === undefined
  );
}

function matchRule(signal: BusSignal, sender: string): string {
  return [
    "type='signal'",
    `sender='${sender}'`,
    `path='${signal.path}'`,
    `interface='${signal.interface}'`,
    `member='${signal.member}'`,
  ].join(',');
}
