import type { Snapshot } from '../../protocol/command/snapshot.js';
import { type CliContext, print } from '../context.js';
import { type DaemonEvent, followEvents, readSnapshotIfUp } from '../link/daemon-link.js';
import { DaemonPresence } from '../link/daemon-presence.js';
import { readEndpoints } from '../link/endpoints.js';
import { startCommand } from '../link/service.js';
import { type BarStatus, daemonDown, toBarStatus, toPlainBarStatus } from './bar-status.js';
import { HeardText, SHOWN_MS, TEXT_TOPICS } from './heard-text.js';
import { Refresher } from './refresher.js';

/** Events after which a bar may look different; what happens each second is not among them. */
const TOPICS = ['state', 'pressure', 'breaker', 'migration', 'worker', 'warning'];
/** A burst of events within this time makes one line, ms. */
const GAP_MS = 30;

export interface FollowOptions {
  readonly format: string;
  /** Shows what is heard of the sentence that is spoken, too. */
  readonly live: boolean;
}

/** Prints a line at each change until the process is ended; over restarts of the daemon. */
export async function followStatus(context: CliContext, options: FollowOptions): Promise<number> {
  const { metricsSocketPath } = await readEndpoints(context);
  const printer = new ChangePrinter(context, options.format);
  const ended = new AbortController();
  return new Promise((_, reject) => {
    const follower = new StatusFollower(context, printer, reject);
    const presence = new DaemonPresence(metricsSocketPath, follower);
    context.onInterrupt(() => {
      ended.abort();
      presence.close();
    });
    const topics = options.live ? [...TOPICS, ...TEXT_TOPICS] : TOPICS;
    listenToEvents(context, topics, follower, ended.signal).catch(reject);
  });
}

async function listenToEvents(
  context: CliContext,
  topics: readonly string[],
  follower: StatusFollower,
  signal: AbortSignal,
): Promise<void> {
  for await (const event of followEvents(context, topics, signal)) follower.hear(event);
}

/** Turns "something changed" into the status to show. */
class StatusFollower {
  readonly #printer: ChangePrinter;
  readonly #refresher: Refresher;
  readonly #down: BarStatus;
  readonly #heard = new HeardText();
  /** Takes away a sentence that nothing came after. */
  #stale: NodeJS.Timeout | undefined;
  /** Last state on the broadcast, null while the daemon is down. */
  #state: string | null = null;

  constructor(context: CliContext, printer: ChangePrinter, onError: (error: unknown) => void) {
    this.#printer = printer;
    this.#down = daemonDown(startCommand(context.env));
    this.#refresher = new Refresher(() => this.#show(context), GAP_MS, onError);
  }

  state(state: string): void {
    this.#state = state;
    this.refresh();
  }

  gone(): void {
    this.#state = null;
    this.#printer.show(this.#down, null);
  }

  hear(event: DaemonEvent): void {
    this.#heard.hear(event);
    if (event.topic === 'hypothesis') {
      clearTimeout(this.#stale);
      this.#stale = setTimeout(() => this.refresh(), SHOWN_MS + 1);
      this.#stale.unref();
    }
    this.refresh();
  }

  refresh(): void {
    if (this.#state !== null) this.#refresher.request();
  }

  /** A daemon that ended meanwhile has been shown as such already; one of the original only tells its state. */
  async #show(context: CliContext): Promise<void> {
    const snapshot = await readSnapshotIfUp(context);
    const state = this.#state;
    if (state === null) return;
    const heard = this.#heard.text;
    const status = snapshot === null ? toPlainBarStatus(state) : toBarStatus(snapshot, heard);
    this.#printer.show(status, snapshot, heard);
  }
}

class ChangePrinter {
  readonly #context: CliContext;
  readonly #format: string;
  #last = '';

  constructor(context: CliContext, format: string) {
    this.#context = context;
    this.#format = format;
  }

  show(status: BarStatus, snapshot: Snapshot | null, heard: string | null = null): void {
    const line = this.#render(status, snapshot, heard);
    if (line === this.#last) return;
    this.#last = line;
    print(this.#context.stdout, line);
  }

  #render(status: BarStatus, snapshot: Snapshot | null, heard: string | null): string {
    if (this.#format === 'waybar') return JSON.stringify(toPango(status));
    const hypothesis = heard === null ? {} : { hypothesis: heard };
    if (this.#format === 'json') return JSON.stringify({ ...status, ...hypothesis, snapshot });
    if (heard !== null && status.class === 'recording') return `recording: ${heard}`;
    return describePlainly(status);
  }
}

/** waybar reads text and tooltip as Pango markup, and drops a label that is none. Only there: `json` is for programs. */
function toPango(status: BarStatus): BarStatus {
  return {
    ...status,
    text: escapeMarkup(status.text),
    tooltip: escapeMarkup(status.tooltip),
  };
}

/** The five of `g_markup_escape_text`, and the control characters that XML has no way to write. */
function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll("'", '&apos;')
    .replaceAll('"', '&quot;')
    .replace(UNWRITABLE, '\ufffd');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML has no way to write.
const UNWRITABLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/gu;

/** The reason where it is degraded, else the first line that a bar would show. */
function describePlainly({ class: name, tooltip }: BarStatus): string {
  const lines = tooltip.split('\n');
  const reason =
    lines.find((line) => line.startsWith('Degraded: ')) ?? `${name}: ${lines[0] ?? ''}`;
  return reason.replace(/^Degraded/, name);
}
