import type { Snapshot } from '../../protocol/command/snapshot.js';
import { type CliContext, print } from '../context.js';
import { followEvents, readSnapshotIfUp } from '../link/daemon-link.js';
import { DaemonPresence } from '../link/daemon-presence.js';
import { readEndpoints } from '../link/endpoints.js';
import { startCommand } from '../link/service.js';
import { type BarStatus, daemonDown, toBarStatus, toPlainBarStatus } from './bar-status.js';
import { Refresher } from './refresher.js';

/** Events after which a bar may look different; what happens each second is not among them. */
const TOPICS = ['state', 'pressure', 'breaker', 'migration', 'worker', 'warning'];
/** A burst of events within this time makes one line, ms. */
const GAP_MS = 30;

/** Prints a line at each change until the process is ended; over restarts of the daemon. */
export async function followStatus(context: CliContext, format: string): Promise<number> {
  const { metricsSocketPath } = await readEndpoints(context);
  const printer = new ChangePrinter(context, format);
  const ended = new AbortController();
  return new Promise((_, reject) => {
    const follower = new StatusFollower(context, printer, reject);
    const presence = new DaemonPresence(metricsSocketPath, follower);
    context.onInterrupt(() => {
      ended.abort();
      presence.close();
    });
    listenToEvents(context, follower, ended.signal).catch(reject);
  });
}

async function listenToEvents(
  context: CliContext,
  follower: StatusFollower,
  signal: AbortSignal,
): Promise<void> {
  for await (const _ of followEvents(context, TOPICS, signal)) follower.refresh();
}

/** Turns "something changed" into the status to show. */
class StatusFollower {
  readonly #printer: ChangePrinter;
  readonly #refresher: Refresher;
  readonly #down: BarStatus;
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

  refresh(): void {
    if (this.#state !== null) this.#refresher.request();
  }

  /** A daemon that ended meanwhile has been shown as such already; one of the original only tells its state. */
  async #show(context: CliContext): Promise<void> {
    const snapshot = await readSnapshotIfUp(context);
    const state = this.#state;
    if (state === null) return;
    const status = snapshot === null ? toPlainBarStatus(state) : toBarStatus(snapshot);
    this.#printer.show(status, snapshot);
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

  show(status: BarStatus, snapshot: Snapshot | null): void {
    const line = this.#render(status, snapshot);
    if (line === this.#last) return;
    this.#last = line;
    print(this.#context.stdout, line);
  }

  #render(status: BarStatus, snapshot: Snapshot | null): string {
    if (this.#format === 'waybar') return JSON.stringify(toPango(status));
    if (this.#format === 'json') return JSON.stringify({ ...status, snapshot });
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
