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

/** A connection to a message bus. Everything is bounded in time; nothing throws out of an event. */
export interface Bus {
  /** The answer's values. Rejects with the bus's own words, or when no answer came within 5 s. */
  call(call: BusCall): Promise<readonly unknown[]>;
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
  const call = async (request: BusCall): Promise<readonly unknown[]> => {
    const answer = await within(raw.call(toMessage(request)), ANSWER_MS);
    if (answer === null) throw new Error(`${request.member} was not answered in ${ANSWER_MS} ms`);
    return answer.body;
  };
  const ping = () => call({ ...DAEMON, interface: 'org.freedesktop.DBus.Peer', member: 'Ping' });
  const pinger = setInterval(() => void ping().catch(end), PING_EVERY_MS);
  pinger.unref();
  raw.on('error', () => end());
  void ended.then(() => {
    clearInterval(pinger);
    raw.disconnect();
  });
  return {
    call,
    ended,
    close: () => end(),
    async subscribe(signal, sender, onSignal) {
      raw.on('message', (message) => {
        if (isSignal(message, signal)) onSignal(message.body);
      });
      await call({
        ...DAEMON,
        interface: 'org.freedesktop.DBus',
        member: 'AddMatch',
        signature: 's',
        body: [matchRule(signal, sender)],
      });
    },
  };
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
