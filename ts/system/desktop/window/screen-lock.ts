import { monotonicS } from '../../clock.js';
import { within } from '../../deadline.js';
import type { Env } from '../../env.js';
import { type Bus, connectBus } from '../dbus.js';
import type { BusKind } from '../dbus-address.js';
import { isLockerRunning } from './lockers.js';

/** A text does not wait longer for the answer. */
const ANSWER_MS = 400;
/** A service or a bus that was not there, or gave no answer, is asked again after so long. */
const ASK_AGAIN_S = 30;

type Call = Bus['call'];

/** Somebody on a bus who knows of the lock. */
interface Teller {
  readonly bus: BusKind;
  /** What is heard of: each of these may have changed the answer. */
  readonly matches: readonly string[];
  /** Rejects where nobody there can tell. */
  isLocked(call: Call): Promise<boolean>;
}

/** Services that know, each with its question. */
const SAVERS: readonly (readonly [name: string, path: string])[] = [
  ['org.gnome.ScreenSaver', '/org/gnome/ScreenSaver'],
  ['org.freedesktop.ScreenSaver', '/org/freedesktop/ScreenSaver'],
  ['org.cinnamon.ScreenSaver', '/org/cinnamon/ScreenSaver'],
  ['org.mate.ScreenSaver', '/org/mate/ScreenSaver'],
  ['org.xfce.ScreenSaver', '/org/xfce/ScreenSaver'],
];
const BUS_ITSELF = {
  ...{ destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' },
  interface: 'org.freedesktop.DBus',
};

const SAVER: Teller = {
  bus: 'session',
  matches: [
    "type='signal',member='ActiveChanged'",
    ...SAVERS.map(([name]) => `type='signal',member='NameOwnerChanged',arg0='${name}'`),
  ],
  async isLocked(call) {
    const [names] = await call({ ...BUS_ITSELF, member: 'ListNames' });
    const running = SAVERS.filter(([name]) => Array.isArray(names) && names.includes(name));
    for (const [name, path] of running) {
      const [active] = await call({
        destination: name,
        path,
        interface: name,
        member: 'GetActive',
      });
      if (active === true) return true;
    }
    return false;
  },
};

const LOGIND = 'org.freedesktop.login1';
const SESSION: Teller = {
  bus: 'system',
  matches: [
    "type='signal',member='PropertiesChanged',path_namespace='/org/freedesktop/login1/session'",
    `type='signal',sender='${LOGIND}',interface='${LOGIND}.Manager',member='SessionNew'`,
    `type='signal',sender='${LOGIND}',interface='${LOGIND}.Manager',member='SessionRemoved'`,
  ],
  async isLocked(call) {
    const [hint] = await call({
      ...{ destination: LOGIND, path: '/org/freedesktop/login1/session/auto' },
      ...{ interface: 'org.freedesktop.DBus.Properties', member: 'Get', signature: 'ss' },
      body: [`${LOGIND}.Session`, 'LockedHint'],
    });
    return typeof hint === 'object' && hint !== null && 'value' in hint && hint.value === true;
  },
};

/**
 * Whether the screen is locked. One connection to each bus stays open, and what was answered is good until a signal says that it
 * may have changed: a text asks nobody.
 */
export class ScreenLock {
  private readonly answers: readonly LastAnswer[];

  constructor(private readonly env: Env) {
    this.answers = [SAVER, SESSION].map((teller) => new LastAnswer(teller, env));
  }

  /** A text is on its way: whoever is to be asked is asked now. */
  prepare(): void {
    for (const answer of this.answers) void answer.latest();
  }

  /** False where nobody can tell. Never rejects. */
  async isLocked(): Promise<boolean> {
    if (isLockerRunning(this.env)) return true;
    const all = this.answers.map((answer) => within(answer.latest(), ANSWER_MS));
    return (await Promise.all(all)).includes(true);
  }

  close(): void {
    for (const answer of this.answers) answer.close();
  }
}

class LastAnswer {
  private answer: Promise<boolean> | null = null;
  private bus: Bus | null = null;
  /** Until when an answer is taken that nobody gave. */
  private untoldUntilS = Number.POSITIVE_INFINITY;
  private closed = false;

  constructor(
    private readonly teller: Teller,
    private readonly env: Env,
  ) {}

  latest(): Promise<boolean> {
    if (this.answer === null || monotonicS() > this.untoldUntilS) this.askAnew();
    return this.answer ?? Promise.resolve(false);
  }

  close(): void {
    this.closed = true;
    this.bus?.close();
  }

  private readonly askAnew = (): void => {
    this.untoldUntilS = Number.POSITIVE_INFINITY;
    this.answer = this.ask().catch(() => {
      this.untoldUntilS = monotonicS() + ASK_AGAIN_S;
      return false;
    });
  };

  private async ask(): Promise<boolean> {
    this.bus ??= await this.connect();
    return await this.teller.isLocked(this.bus.call);
  }

  /** Heard before it is asked, so that no change is missed between. */
  private async connect(): Promise<Bus> {
    const bus = await connectBus(this.teller.bus, this.env);
    if (bus === null || this.closed) {
      bus?.close();
      throw new Error('there is no bus');
    }
    void bus.ended.then(() => {
      if (this.bus === bus) this.bus = null;
      this.answer = null;
    });
    const [first = '', ...others] = this.teller.matches;
    await bus.hear(first, ({ member }) => {
      // The bus greets us by a signal, too.
      if (this.teller.matches.some((each) => each.includes(`member='${member}'`))) this.askAnew();
    });
    for (const match of others) await bus.hear(match, () => {});
    return bus;
  }
}
