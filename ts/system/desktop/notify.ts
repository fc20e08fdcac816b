import type { Env } from '../env.js';
import { type Bus, connectBus } from './dbus.js';

/** What a notification is about; a newer one replaces the older one of the same topic on the screen. */
type NotificationTopic =
  | 'permission'
  | 'degraded'
  | 'recovered'
  | 'pending'
  | 'clipboard'
  | 'microphone'
  | 'card'
  | 'input'
  | 'scratch';

export interface Notification {
  readonly topic: NotificationTopic;
  readonly summary: string;
  /** Plain text, never what somebody said. */
  readonly body: string;
  readonly urgent?: boolean;
}

export interface Notifier {
  /** Returns at once; a missing notification service is no error. */
  notify(notification: Notification): void;
  close(): void;
}

export interface NotifierOptions {
  readonly env: Env;
  isEnabled(): boolean;
  /** Least time between two notifications of one topic (default 30 s); the last one held back is shown then. */
  readonly minGapMs?: number;
  /** Told why a notification could not be shown. */
  readonly onTrouble?: (reason: string) => void;
}

const DEFAULT_GAP_MS = 30_000;
const SERVICE = {
  destination: 'org.freedesktop.Notifications',
  path: '/org/freedesktop/Notifications',
  interface: 'org.freedesktop.Notifications',
};

interface Topic {
  shownId: number;
  held: Notification | null;
  readonly timer: NodeJS.Timeout;
}

/** Desktop notifications through the session bus, one connection per notification. */
export function createNotifier(options: NotifierOptions): Notifier {
  const topics = new Map<NotificationTopic, Topic>();
  const gapMs = options.minGapMs ?? DEFAULT_GAP_MS;
  const show = async (notification: Notification, replacesId: number): Promise<number> => {
    try {
      return await showOnce(options.env, notification, replacesId);
    } catch (cause) {
      options.onTrouble?.(cause instanceof Error ? cause.message : String(cause));
      return replacesId;
    }
  };
  const open = (notification: Notification, shownId: number) => {
    const topic: Topic = { shownId, held: null, timer: setTimeout(() => close(topic), gapMs) };
    const close = (ending: Topic) => {
      topics.delete(notification.topic);
      if (ending.held !== null) open(ending.held, ending.shownId);
    };
    topic.timer.unref();
    topics.set(notification.topic, topic);
    void show(notification, shownId).then((id) => {
      topic.shownId = id;
    });
  };
  return {
    notify(notification) {
      if (!options.isEnabled()) return;
      const topic = topics.get(notification.topic);
      if (topic === undefined) open(notification, 0);
      else topic.held = notification;
    },
    close() {
      for (const topic of topics.values()) clearTimeout(topic.timer);
      topics.clear();
    },
  };
}

async function showOnce(env: Env, notification: Notification, replacesId: number): Promise<number> {
  const bus = await connectBus('session', env);
  if (bus === null) throw new Error('no session bus');
  try {
    return await callNotify(bus, notification, replacesId);
  } finally {
    bus.close();
  }
}

async function callNotify(bus: Bus, shown: Notification, replacesId: number): Promise<number> {
  const { Variant } = (await import('dbus-next')).default;
  const urgency = new Variant('y', shown.urgent === true ? 2 : 1);
  const [id] = await bus.call({
    ...SERVICE,
    member: 'Notify',
    signature: 'susssasa{sv}i',
    body: [
      'swictation',
      replacesId,
      'audio-input-microphone',
      shown.summary,
      escapeMarkup(shown.body),
      [],
      { urgency },
      -1,
    ],
  });
  return typeof id === 'number' ? id : replacesId;
}

/** Notification services read the body as a small subset of HTML. */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
