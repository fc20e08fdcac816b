import { Subscriber } from 'zeromq';
import { decodeEvent } from '../../ts/protocol/command/events.js';

export interface FollowedEvent {
  readonly topic: string;
  readonly payload: Record<string, unknown>;
}

/** What daemons at this endpoint tell, over their ends and starts, and whether one is listened to now. */
export class Follower {
  readonly #socket = new Subscriber({ linger: 0, reconnectInterval: 20 });
  #isJoined = false;
  #waiting: (() => void)[] = [];

  constructor(
    endpoint: string,
    topics: readonly string[],
    private readonly onEvent: (event: FollowedEvent) => void,
  ) {
    const { events } = this.#socket;
    // The subscription goes out behind the handshake, ahead of whatever is asked for then.
    events.on('handshake', () => this.#set(true));
    events.on('disconnect', () => this.#set(false));
    this.#socket.connect(endpoint);
    this.#socket.subscribe(...topics);
    void this.#read(topics);
  }

  /** Resolves when nothing that is published from now on can be missed. */
  async joined(): Promise<void> {
    while (!this.#isJoined) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#socket.close();
    this.#set(true);
  }

  #set(isJoined: boolean): void {
    this.#isJoined = isJoined;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #read(topics: readonly string[]): Promise<void> {
    for await (const frames of this.#socket) {
      const event = decodeEvent(frames);
      // A subscription is a prefix, so `state` would also bring a topic `stately`.
      if (event !== null && topics.includes(event.topic)) this.onEvent(event);
    }
  }
}
