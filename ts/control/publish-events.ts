import { setTimeout as sleep } from 'node:timers/promises';
import { XPublisher } from 'zeromq';
import { EVENT_TOPICS, type EventTopic, encodeEvent } from '../protocol/command/events.js';
import type { Listener } from './handler.js';
import { bindEndpoint } from './private-endpoint.js';
import { WaitingLines } from './waiting-lines.js';

/** Events that may wait for one subscriber; what comes beyond is dropped for that one. */
const HIGH_WATER_MARK = 1_000;

const TRY_AGAIN_MS = 20;

/** Subscribers send nothing but names of topics. */
const MAX_SUBSCRIPTION_BYTES = 256;

export interface EventPublisher extends Listener {
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
  const bound = await bindEndpoint(publisher, endpoint);
  const followed = new Set<EventTopic>();
  void noteSubscriptions(publisher, followed);
  const sender = new WaitingLines({ maxLength: HIGH_WATER_MARK });
  let closing: Promise<void> | null = null;
  return {
    places: bound.places,
    publish: (topic, payload) => {
      if (closing !== null) return;
      const frames = encodeEvent(topic, Date.now() / 1_000, payload);
      sender.add('', () => publisher.send(frames));
    },
    isFollowed: (topic) => followed.has(topic),
    close: () => {
      closing ??= sender.allDone().then(() => bound.close());
      return closing;
    },
  };
}

/**
 * A subscription is a byte, 1 for the first and 0 for the end of the last subscriber of a topic, and its name. What is
 * no topic of ours is of no interest. Ends with the socket.
 */
async function noteSubscriptions(socket: XPublisher, followed: Set<EventTopic>): Promise<void> {
  while (!socket.closed) {
    // Nothing comes of a socket that is closed while it waits, or that is being bound again.
    const received = await socket.receive().catch(() => null);
    if (received === null) await sleep(TRY_AGAIN_MS);
    const note = received?.[0];
    const topic = EVENT_TOPICS.find((name) => name === note?.toString('utf8', 1));
    if (topic === undefined) continue;
    if (note?.[0] === 1) followed.add(topic);
    else if (note?.[0] === 0) followed.delete(topic);
  }
  followed.clear();
}
