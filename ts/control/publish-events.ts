import { XPublisher } from 'zeromq';
import { EVENT_TOPICS, type EventTopic, encodeEvent } from '../protocol/command/events.js';
import type { Owner } from './handler.js';
import { bindEndpoint } from './private-endpoint.js';
import { WaitingLines } from './waiting-lines.js';

/** Events that may wait for one subscriber; what comes beyond is dropped for that one. */
const HIGH_WATER_MARK = 1_000;

/** Subscribers send nothing but names of topics. */
const MAX_SUBSCRIPTION_BYTES = 256;

export interface EventPublisher extends Owner {
  /** Never waits and never throws; `t` is added. */
  publish(topic: EventTopic, payload: Readonly<Record<string, unknown>>): void;
  /** Whether somebody has subscribed to exactly this topic; whoever takes all topics asks for none in particular. */
  isFollowed(topic: EventTopic): boolean;
}

/** Publishes events at `endpoint` to whoever listens; a slow subscriber only misses events itself. */
export async function publishEvents(endpoint: string): Promise<EventPublisher> {
  const publisher = new XPublisher({
    linger: 200,
    sendHighWaterMark: HIGH_WATER_MARK,
    maxMessageSize: MAX_SUBSCRIPTION_BYTES,
  });
  const closeSocket = await bindEndpoint(publisher, endpoint);
  const followed = new Set<EventTopic>();
  void noteSubscriptions(publisher, followed);
  const sender = new WaitingLines({ maxLength: HIGH_WATER_MARK });
  let closing: Promise<void> | null = null;
  return {
    publish: (topic, payload) => {
      if (closing !== null) return;
      const frames = encodeEvent(topic, Date.now() / 1_000, payload);
      sender.add('', () => publisher.send(frames));
    },
    isFollowed: (topic) => followed.has(topic),
    close: () => {
      closing ??= sender.allDone().then(closeSocket);
      return closing;
    },
  };
}

/**
 * A subscription is a byte, 1 for the first and 0 for the end of the last subscriber of a topic, and its name. What is
 * no topic of ours is of no interest. Ends with the socket.
 */
async function noteSubscriptions(socket: XPublisher, followed: Set<EventTopic>): Promise<void> {
  try {
    for await (const [note] of socket) {
      const topic = EVENT_TOPICS.find((name) => name === note?.toString('utf8', 1));
      if (topic === undefined) continue;
      if (note?.[0] === 1) followed.add(topic);
      else if (note?.[0] === 0) followed.delete(topic);
    }
  } catch {
    followed.clear(); // The socket was closed while it waited.
  }
}
