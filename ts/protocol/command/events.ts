import { z } from 'zod';
import { decodeMsgpack, encodeMsgpack } from '../msgpack.js';

/** What the event stream tells about; each is the first frame of its events. */
export const EVENT_TOPICS = [
  'state',
  'transcription',
  'hypothesis',
  'memory',
  'pressure',
  'decision',
  'breaker',
  'migration',
  'worker',
  'warning',
] as const;
export type EventTopic = (typeof EVENT_TOPICS)[number];

export interface DaemonEvent {
  readonly topic: EventTopic;
  /** With `t`, epoch seconds. */
  readonly payload: Record<string, unknown>;
}

/** Two frames: the topic and a msgpack map that starts with `t`, epoch seconds. */
export function encodeEvent(
  topic: EventTopic,
  timeS: number,
  payload: Readonly<Record<string, unknown>>,
): [Buffer, Buffer] {
  return [Buffer.from(topic), encodeMsgpack({ t: timeS, ...payload })];
}

const topicSchema = z.enum(EVENT_TOPICS);
const payloadSchema = z.record(z.string(), z.unknown());

/** The event of two frames, or null where they are none. */
export function decodeEvent(frames: readonly Buffer[]): DaemonEvent | null {
  const [name, body] = frames;
  if (name === undefined || body === undefined || frames.length !== 2) return null;
  const topic = topicSchema.safeParse(name.toString('utf8'));
  const decoded = decodeMsgpack(body);
  const payload = payloadSchema.safeParse(decoded.ok ? decoded.value : null);
  return topic.success && payload.success ? { topic: topic.data, payload: payload.data } : null;
}
