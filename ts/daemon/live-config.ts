import type { Config } from '../config/config.js';
import { Problem } from '../domain/problem.js';
import type { Log } from '../system/log.js';
import type { Scope } from '../system/scope.js';
import { type FileWatch, watchFile } from '../system/watch-file.js';
import { compareConfigs, takeLiveKeys } from './live-keys.js';
import type { Warnings } from './reporting/warnings.js';

export interface RereadPorts {
  /** Reads the file again; throws a Problem of one line. */
  read(): Config;
  /** Whether somebody speaks, or something that was said is on its way. */
  isBusy(): boolean;
  tell(message: string): void;
  warn(code: string, message: string): void;
}

/**
 * The configuration that holds now. The file is read again when it changes, and on SIGHUP; what can change in a running
 * daemon holds from the moment when nobody speaks and all is typed, so no sentence is treated by two settings.
 */
export class LiveConfig {
  #current: Config;
  /** What the file said last; the next reading is compared with it. */
  #read: Config;
  #waits = false;
  #ports: RereadPorts | null = null;
  #watch: FileWatch | null = null;

  constructor(config: Config) {
    this.#current = config;
    this.#read = config;
  }

  get current(): Config {
    return this.#current;
  }

  /** From now on changes are seen. */
  follow(ports: RereadPorts): void {
    this.#ports = ports;
    const unseen = (reason: string) => ports.warn('config_not_watched', reason);
    this.#watch = watchFile(this.#current.file, () => this.#reread(ports), unseen);
  }

  /** A person asked for it: something is said in any case. */
  reread(): void {
    if (this.#ports === null) return;
    if (!this.#reread(this.#ports)) this.#ports.tell(`${this.#current.file}: nothing changed`);
  }

  /** To be called after each change of what goes on. */
  settled(): void {
    const ports = this.#ports;
    if (!this.#waits || ports === null || ports.isBusy()) return;
    this.#waits = false;
    const { live } = compareConfigs(this.#current, this.#read);
    this.#current = { ...takeLiveKeys(this.#current, this.#read), values: this.#read.values };
    if (live.length > 0) ports.tell(`${this.#read.file}: changed from now on: ${live.join(', ')}`);
  }

  close(): void {
    this.#watch?.close();
  }

  /** Whether there was anything to say. */
  #reread(ports: RereadPorts): boolean {
    let read: Config;
    try {
      read = ports.read();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      ports.warn('config_invalid', `${error.message}; what was set before stays`);
      return true;
    }
    const { live, atNextStart } = compareConfigs(this.#read, read);
    this.#read = read;
    if (atNextStart.length > 0) {
      const keys = `${read.file}: ${atNextStart.join(', ')}`;
      ports.warn('config_at_next_start', `${keys}: changed at the next start of swictationd`);
    }
    this.#waits ||= live.length > 0;
    this.settled();
    return live.length + atNextStart.length > 0;
  }
}

interface Followed {
  readonly live: LiveConfig;
  readonly log: Pick<Log, 'info'>;
  readonly scope: Scope;
  rereadConfig(): Config;
}

/** Takes changes of the file from now on, between two dictations. */
export function followConfig(
  { live, log, scope, rereadConfig }: Followed,
  dictation: { readonly isRecording: boolean; readonly isBusy: boolean },
  warnings: Pick<Warnings, 'tell'>,
): void {
  live.follow({
    read: rereadConfig,
    isBusy: () => dictation.isRecording || dictation.isBusy,
    tell: (message) => log.info(message),
    warn: (code, message) => warnings.tell(code, message),
  });
  scope.own('configuration', () => live.close());
}
