import { Publisher } from 'zeromq';
import { type EventTopic, encodeEvent } from '../protocol/events.js';
import type { Owner } from './handler.js';
import { bindEndpoint } from './private-endpoint.js';
import { WaitingLines } from './waiting-lines.js';

/** Events that may wait for one subscriber; what comes beyond is dropped for that one. */
const HIGH_WATER_MARK = 1_000;

export interface EventPublisher extends Owner {
  /** Never waits and never throws; `t` is added. */
  publish(topic: EventTopic, payload: Readonly<Record<string, unknown>>): void;
}

/** Publishes events at `endpoint` to whoever listens; a slow subscriber only misses events itself. */
export async function publishEvents(endpoint: string): Promise<EventPublisher> {
  const publisher = new Publisher({ linger: 200, sendHighWaterMark: HIGH_WATER_MARK });
  const closeSocket = await bindEndpoint(publisher, endpoint);
  const sender = new WaitingLines({ maxLength: HIGH_WATER_MARK });
  let closing: Promise<void> | null = null;
  return {
    publish: (topic, payload) => {
      if (closing !== null) return;
      const frames = encodeEvent(topic, Date.now() / 1_000, payload);
      sender.add('', () => publisher.send(frames));
    },
    close: () => {
      closing ??= sender.allDone().then(closeSocket);
      return closing;
    },
  };
}
