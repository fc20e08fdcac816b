import { pack, unpack } from 'msgpackr';
import { onTestFinished } from 'vitest';
import { Publisher, Router } from 'zeromq';
import type { Snapshot } from '../../ts/protocol/command/snapshot.js';
import type { Home } from './harness.js';

type Fields = Record<string, unknown>;
type Result = Fields | { readonly refused: string };

/** The command interface and the events of a daemon, over real sockets; what it answers is set by the test. */
export class FakeDaemon {
  readonly asked: Fields[] = [];
  readonly #home: Home;
  readonly #router = new Router({ linger: 0 });
  readonly #publisher = new Publisher({ linger: 0 });
  readonly results = new Map<string, () => Result>();

  constructor(home: Home, snapshot: () => Snapshot) {
    this.#home = home;
    this.results.set('snapshot', snapshot);
  }

  async start(): Promise<this> {
    await this.#router.bind(this.#home.command);
    await this.#publisher.bind(this.#home.events);
    onTestFinished(() => this.stop());
    this.#serve().catch(() => undefined);
    return this;
  }

  stop(): void {
    if (!this.#router.closed) this.#router.close();
    if (!this.#publisher.closed) this.#publisher.close();
  }

  async publish(topic: string, payload: Fields): Promise<void> {
    await this.#publisher.send([topic, pack({ t: 1, ...payload })]);
  }

  async #serve(): Promise<void> {
    for await (const frames of this.#router) {
      const body = frames.at(-1) ?? Buffer.alloc(0);
      const isJson = body[0] === 0x7b;
      const request: Fields = isJson ? JSON.parse(body.toString()) : unpack(body);
      this.asked.push(request);
      const answer = { v: 1, id: request.id, ...this.#answer(String(request.action)) };
      await this.#router.send([
        ...frames.slice(0, -1),
        isJson ? JSON.stringify(answer) : pack(answer),
      ]);
    }
  }

  #answer(action: string): Fields {
    const result = this.results.get(action)?.();
    if (result === undefined) {
      return { ok: false, error: { code: 'unknown_action', message: `Unknown action: ${action}` } };
    }
    if (typeof result.refused === 'string') {
      return { ok: false, error: { code: 'refused', message: result.refused } };
    }
    return { ok: true, result };
  }
}

/** A daemon that records with a simulated card of 4 GB. */
export function exampleSnapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    state: 'idle',
    recording_s: null,
    models: {
      stt: { device: 'cuda', engine: 'embedded tiny.en', simulated: true, wish: 'auto' },
      vad: { device: 'cpu', simulated: false, wish: 'cpu' },
    },
    memory: {
      ...{ total_mb: 4295, used_mb: 3312.4, others_mb: 1200, own_mb: 2112.4, free_mb: 982.6 },
      ...{ allocated_mb: 1766, active_mb: 1770, reserved_mb: 1900, inactive_split_mb: 64 },
      ...{ largest_free_mb: 900, fragmentation_ratio: 1.0759, simulated: true },
    },
    thresholds: { warning_mb: 3200, critical_mb: 3500, guard_mb: 3700, emergency_mb: 3800 },
    level: 'warning',
    breaker: { state: 'open', cause: 'sticky', next_probe_s: 14.6 },
    queue: { waiting: 1, in_flight: 1 },
    degraded: null,
    pending: 2,
    microphone: { state: 'ok', program: 'pw-record', message: null },
    workers: [{ role: 'gpu', generation: 3, pid: 4711, state: 'ready', rss_mb: 820 }],
    processes: [{ name: 'swictationd', pid: 4700, rss_mb: 95.2, cpu_percent: 0.4 }],
    speculation: { used: 3, dropped: 1 },
    session: { id: 7, words: 42, wpm: 118.4 },
    warnings: [],
    last_fault: { class: 'sticky', at: 1_700_000_000 },
    ...changes,
  };
}
