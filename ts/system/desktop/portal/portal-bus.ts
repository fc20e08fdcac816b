import type { Env } from '../../env.js';
import { type Bus, connectBus, type HeardSignal } from '../dbus.js';

const PORTAL = 'org.freedesktop.portal.Desktop';
const PORTAL_PATH = '/org/freedesktop/portal/desktop';
const REQUEST = 'org.freedesktop.portal.Request';
const SESSION = 'org.freedesktop.portal.Session';
const REGISTRY = 'org.freedesktop.host.portal.Registry';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

/** A value of an `a{sv}` with its D-Bus letter. */
type Option = readonly [signature: string, value: unknown];
export type Options = Readonly<Record<string, Option>>;

/** How a request ended: as the person or the desktop decided. */
export type PortalAnswer =
  | { readonly kind: 'granted'; readonly results: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused' | 'ended' };

/** A request that a person may have to decide on. `body` gets the options with the token of the request in them. */
export interface PortalRequest {
  readonly interface: string;
  readonly member: string;
  readonly signature: string;
  readonly options: Options;
  body(options: unknown): readonly unknown[];
}

/** The desktop's portal (xdg-desktop-portal) over one connection; its sessions end with that. */
export class PortalBus {
  private readonly bus: Bus;
  private readonly toVariants: (options: Options) => unknown;
  private readonly listeners = new Set<(signal: HeardSignal) => void>();
  private owner = '';
  private requests = 0;
  private resolveEnded: () => void = () => {};
  /** Resolves when the portal has left the bus, or the bus is gone. */
  readonly ended = new Promise<void>((resolve) => {
    this.resolveEnded = resolve;
  });

  private constructor(bus: Bus, toVariants: (options: Options) => unknown) {
    this.bus = bus;
    this.toVariants = toVariants;
  }

  /**
   * Null where there is no session bus or no portal on it. One that is not running yet is started by the bus. `program`: the name of our
   * desktop file, by which the portal knows us from then on; without one, or where it finds no such file, we are nobody to it.
   */
  static async connect(env: Env, program?: string): Promise<PortalBus | null> {
    const bus = await connectBus('session', env);
    if (bus === null) return null;
    const { Variant } = (await import('dbus-next')).default;
    const toVariants = (options: Options) =>
      Object.fromEntries(
        Object.entries(options).map(([name, [letter, value]]) => [
          name,
          new Variant(letter, value),
        ]),
      );
    const portal = new PortalBus(bus, toVariants);
    try {
      await portal.open();
      if (program !== undefined) await portal.register(program);
      return portal;
    } catch {
      bus.close();
      return null;
    }
  }

  close(): void {
    this.bus.close();
    this.resolveEnded();
  }

  /** A property of one of its interfaces; null where it has none of that name. */
  async property(face: string, name: string): Promise<unknown> {
    try {
      const call = { interface: PROPERTIES, member: 'Get', signature: 'ss', body: [face, name] };
      const [variant] = await this.call(call);
      return plain(variant);
    } catch {
      return null;
    }
  }

  /** A method of the portal that nobody has to decide on. */
  call(
    call: { interface: string; member: string; signature?: string; body?: readonly unknown[] },
    answerMs?: number,
    path = PORTAL_PATH,
  ): Promise<readonly unknown[]> {
    return this.bus.call({ destination: PORTAL, path, ...call }, answerMs);
  }

  options(options: Options): unknown {
    return this.toVariants(options);
  }

  /** A name that no other request or session of this connection has. */
  newToken(): string {
    this.requests += 1;
    return `swictation${process.pid}_${this.requests}`;
  }

  /** Asks, and waits for the decision as long as it takes. Rejects with the bus's words where it could not be asked. */
  async request(request: PortalRequest): Promise<PortalAnswer> {
    const token = this.newToken();
    const sender = this.bus.name.slice(1).replaceAll('.', '_');
    const paths = new Set([`${PORTAL_PATH}/request/${sender}/${token}`]);
    const early: HeardSignal[] = [];
    let answer: (signal: HeardSignal | null) => void = () => {};
    const answered = new Promise<HeardSignal | null>((resolve) => {
      answer = resolve;
    });
    const stop = this.onSignal((signal) => {
      if (signal.interface !== REQUEST || signal.member !== 'Response') return;
      if (paths.has(signal.path)) answer(signal);
      else early.push(signal);
    });
    void this.ended.then(() => answer(null));
    try {
      const options = this.toVariants({ ...request.options, handle_token: ['s', token] });
      const { member, signature, interface: face } = request;
      const body = request.body(options);
      const [path] = await this.call({ interface: face, member, signature, body }, ASKED_MS);
      // Portals before 0.9 choose the path themselves.
      paths.add(String(path));
      const came = early.find((signal) => paths.has(signal.path));
      if (came !== undefined) answer(came);
      return toAnswer(await answered);
    } finally {
      stop();
    }
  }

  /** Signals of the portal itself, from nobody else. */
  onSignal(listener: (signal: HeardSignal) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves when the portal ends this session, or is gone. */
  sessionEnded(session: string): Promise<void> {
    return new Promise((resolve) => {
      this.onSignal(({ path, interface: face, member }) => {
        if (path === session && face === SESSION && member === 'Closed') resolve();
      });
      void this.ended.then(resolve);
    });
  }

  async closeSession(session: string): Promise<void> {
    await this.call({ interface: SESSION, member: 'Close' }, ASKED_MS, session).catch(() => {});
  }

  /** Has to be the first call of all; portals before 1.19 don't know it. */
  private async register(program: string): Promise<void> {
    const call = { interface: REGISTRY, member: 'Register', signature: 'sa{sv}' };
    await this.call({ ...call, body: [program, {}] }).catch(() => {});
  }

  private async open(): Promise<void> {
    const bus = { destination: DAEMON, path: '/org/freedesktop/DBus', interface: DAEMON };
    await this.bus.hear(`type='signal',sender='${PORTAL}'`, (signal) => {
      if (signal.sender !== this.owner) return;
      for (const listener of this.listeners) listener(signal);
    });
    const rule = `type='signal',sender='${DAEMON}',member='NameOwnerChanged',arg0='${PORTAL}'`;
    await this.bus.hear(rule, ({ sender, member, body }) => {
      if (sender !== DAEMON || member !== 'NameOwnerChanged' || body[0] !== PORTAL) return;
      if (this.owner !== '' && body[2] !== this.owner) this.close();
    });
    const findOwner = { ...bus, member: 'GetNameOwner', signature: 's', body: [PORTAL] };
    const start = { ...bus, member: 'StartServiceByName', signature: 'su', body: [PORTAL, 0] };
    const [owner] = await this.bus.call(findOwner).catch(async () => {
      await this.bus.call(start, STARTS_MS);
      return await this.bus.call(findOwner);
    });
    this.owner = String(owner);
    void this.bus.ended.then(() => this.resolveEnded());
  }
}

const DAEMON = 'org.freedesktop.DBus';
/** It is started with the session as a rule; on a busy machine its parts take some seconds. */
const STARTS_MS = 10_000;
const ASKED_MS = 5_000;

/** `Response`: 0 granted, 1 the person said no, 2 ended in another way. */
function toAnswer(signal: HeardSignal | null): PortalAnswer {
  const [code, results] = signal?.body ?? [2];
  if (code !== 0) return { kind: code === 1 ? 'refused' : 'ended' };
  const entries = typeof results === 'object' && results !== null ? Object.entries(results) : [];
  return {
    kind: 'granted',
    results: Object.fromEntries(entries.map(([name, value]) => [name, plain(value)])),
  };
}

/** What a variant holds. */
export function plain(variant: unknown): unknown {
  return typeof variant === 'object' && variant !== null && 'value' in variant
    ? variant.value
    : null;
}
