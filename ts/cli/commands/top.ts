import { Problem } from '../../domain/problem.js';
import { EVENT_TOPICS } from '../../protocol/command/events.js';
import { resolvePaths } from '../../system/paths.js';
import { type Call, type CliContext, type CommandRun, hasFlag, print } from '../context.js';
import { type DaemonEvent, followEvents, readSnapshot } from '../link/daemon-link.js';
import { readDecisions } from '../link/read-decisions.js';
import { HeardText, TEXT_TOPICS } from '../screen/heard-text.js';
import { Refresher } from '../screen/refresher.js';
import { awaitQuitKey, Screen } from '../screen/screen.js';
import { describeBriefly, drawTop, type TopFacts } from '../screen/top-view.js';

const TOPICS = EVENT_TOPICS.filter((topic) => !TEXT_TOPICS.includes(topic));
/** At most four pictures a second; without any event one each two seconds, for processes and times. */
const GAP_MS = 250;
const QUIET_MS = 2000;
const DECISIONS = 8;
/** Values of the graph, one a second: as many as the widest terminals have columns. */
const HISTORY = 400;

/** Ends by Ctrl+C, or in a terminal with `q`. */
export const run: CommandRun = async (call) => {
  const { context } = call;
  const facts = new FactCollector(context, await readMinutes(context));
  await facts.collect();
  const view = openView(call);
  const ended = new AbortController();
  const forget = context.onInterrupt(() => ended.abort());
  const quit = awaitQuitKey(context, ended.signal);
  try {
    view.show(facts.latest());
    const topics = hasFlag(call, 'text') ? [...TOPICS, ...TEXT_TOPICS] : TOPICS;
    const refreshed = refreshAtEvents(context, topics, facts, view, ended.signal);
    await Promise.race([quit, refreshed]);
    return 0;
  } finally {
    ended.abort();
    forget();
    view.close();
  }
};

interface View {
  show(facts: TopFacts): void;
  down(message: string): void;
  close(): void;
}

function openView(call: Call): View {
  const { stdout, stderr } = call.context;
  if (!hasFlag(call, 'json') && stdout.isTTY === true) return openScreenView(call.context);
  const render = hasFlag(call, 'json') ? renderJson : describeBriefly;
  let lastMessage: string | null = null;
  return {
    show: (facts) => {
      lastMessage = null;
      print(stdout, render(facts));
    },
    down: (message) => {
      if (message !== lastMessage) print(stderr, message);
      lastMessage = message;
    },
    close: () => undefined,
  };
}

function openScreenView(context: CliContext): View {
  const screen = new Screen(context);
  return {
    show: (facts) => screen.draw(drawTop(facts, screen.columns)),
    down: (message) => screen.draw([message]),
    close: () => screen.close(),
  };
}

function renderJson({ snapshot, decisions, hypothesis }: TopFacts): string {
  const text = hypothesis === null ? {} : { hypothesis };
  return JSON.stringify({ t: Date.now() / 1000, ...snapshot, ...text, decisions });
}

/** Follows the daemon over restarts; what it can't answer meanwhile is shown, not thrown. */
function refreshAtEvents(
  context: CliContext,
  topics: readonly string[],
  facts: FactCollector,
  view: View,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const refresher = new Refresher(() => refresh(facts, view, signal), GAP_MS, reject);
    const timer = setInterval(() => refresher.request(), QUIET_MS);
    signal.addEventListener('abort', () => clearInterval(timer));
    const onEvent = (event: DaemonEvent) => {
      facts.hear(event);
      refresher.request();
    };
    followAll(context, topics, onEvent, signal).then(resolve, reject);
  });
}

async function refresh(facts: FactCollector, view: View, signal: AbortSignal): Promise<void> {
  try {
    await facts.collect();
    if (!signal.aborted) view.show(facts.latest());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (!signal.aborted) view.down(error.message);
  }
}

async function followAll(
  context: CliContext,
  topics: readonly string[],
  onEvent: (event: DaemonEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  for await (const event of followEvents(context, topics, signal)) onEvent(event);
}

/** Used memory of the last minutes, one value a second, from the history that the daemon keeps. */
async function readMinutes(context: CliContext): Promise<readonly number[]> {
  const [{ flushHistory }, { readHistory }] = await Promise.all([
    import('../link/flush-history.js'),
    import('../../history/read-history.js'),
  ]);
  await flushHistory(context);
  const fromS = Math.floor(Date.now() / 1_000) - HISTORY;
  const known = new Map<number, number>();
  for (const item of readHistory(resolvePaths(context.env).historyDir, fromS)) {
    if (item.kind === 'begin') known.clear();
    if (item.kind === 'memory') known.set(Math.floor(item.atS) - fromS, item.usedMb);
  }
  const values: number[] = [];
  for (let second = 0; second <= HISTORY; second += 1) {
    // Between two samples the older one held.
    const value = known.get(second) ?? values.at(-1);
    if (value !== undefined) values.push(value);
  }
  return values;
}

/** The latest figures, and the used memory of the seconds before. */
class FactCollector {
  readonly #context: CliContext;
  readonly #usedMb: number[] = [];
  #facts: Omit<TopFacts, 'hypothesis'> | null = null;
  #sampledAtS = 0;
  readonly #heard = new HeardText();

  /** `usedMb`: of the seconds before, up to now. */
  constructor(context: CliContext, usedMb: readonly number[]) {
    this.#context = context;
    this.#usedMb.push(...usedMb);
    this.#sampledAtS = Math.floor(performance.now() / 1000);
  }

  async collect(): Promise<void> {
    const [snapshot, decisions] = await Promise.all([
      readSnapshot(this.#context),
      readDecisions(this.#context, DECISIONS),
    ]);
    this.#remember(snapshot.memory?.used_mb ?? 0);
    this.#facts = { snapshot, decisions, usedMb: this.#usedMb };
  }

  hear(event: DaemonEvent): void {
    this.#heard.hear(event);
  }

  latest(): TopFacts {
    if (this.#facts === null) throw new Problem('no_figures', 'No figures were read yet');
    return { ...this.#facts, hypothesis: this.#heard.text };
  }

  /** Between two samples more than a second apart the older one held. */
  #remember(usedMb: number): void {
    const nowS = Math.floor(performance.now() / 1000);
    const missing = this.#usedMb.length === 0 ? 0 : nowS - this.#sampledAtS - 1;
    const previous = this.#usedMb.at(-1) ?? usedMb;
    if (nowS === this.#sampledAtS) this.#usedMb.pop();
    for (let second = 0; second < missing; second += 1) this.#usedMb.push(previous);
    this.#usedMb.push(usedMb);
    this.#usedMb.splice(0, this.#usedMb.length - HISTORY);
    this.#sampledAtS = nowS;
  }
}
