import { loadConfig } from '../config/load-config.js';
import { Problem } from '../domain/problem.js';
import { connectServiceManager } from '../system/desktop/sd-notify.js';
import { chooseLogLevel, createLog, type Log } from '../system/log.js';
import { resolvePaths } from '../system/paths.js';
import { adviceOn, lacksFiles } from '../system/process/open-files.js';
import { dropRelativeFolders, killAllNow } from '../system/process/process.js';
import { openScope } from '../system/scope.js';
import { version } from '../system/version.js';
import { Daemon } from './daemon.js';
import { KeptSockets } from './kept-sockets.js';
import { LiveConfig } from './live-config.js';
import { type DaemonOptions, parseDaemonOptions } from './options.js';
import { onSignals } from './signals.js';

/** Runs `swictationd` with these arguments. Resolves with its exit code; never rejects for a Problem. */
export async function runSwictationd(args: readonly string[]): Promise<number> {
  try {
    const parsed = parseDaemonOptions(args, version(), (text) => process.stdout.write(text));
    return parsed.kind === 'answered' ? 0 : await runDaemon(parsed.options);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    process.stderr.write(`✗ Error: ${error.message}\n`);
    return error.exitCode;
  }
}

async function runDaemon(options: DaemonOptions): Promise<number> {
  const env = process.env;
  dropRelativeFolders(env);
  const named = options.config === null ? {} : { file: options.config };
  const config = loadConfig({ env, create: true, ...named });
  const log = createLog(chooseLogLevel(env, config.log.level));
  for (const note of config.notes) log.info(note);
  const scope = openScope();
  process.once('exit', killAllNow);
  const rereadConfig = () => loadConfig({ env, ...named });
  const paths = resolvePaths(env);
  const sockets = new KeptSockets(paths.runtimeDir);
  const live = new LiveConfig(config);
  const environment = { options, config, live, rereadConfig, paths, env, log, scope, sockets };
  const daemon = new Daemon(environment);
  const manager = connectServiceManager(env);
  // Heard until everything is closed: a signal in between would end it with its sockets left behind.
  const release = onSignals({
    shutdown: () => daemon.shutdown(),
    toggle: () => daemon.toggle(),
    reread: () => daemon.reread(),
  });
  process.on('uncaughtException', (error) => endAfter(error, log, daemon));
  try {
    const begin = await daemon.open();
    log.info('ready: `swictation toggle` starts and stops dictation');
    void manager.ready('ready');
    const watchdog = manager.startWatchdog(() => true);
    await begin();
    const code = await daemon.ended;
    watchdog.close();
    void manager.stopping();
    return code;
  } finally {
    for (const failure of await scope.close()) log.warn(failure.message);
    release();
  }
}

let failed = false;

/**
 * A flaw of ours ends the daemon as a signal does: what was said is typed or kept, nothing is left behind, and the service
 * manager starts it again. Another one meanwhile ends it at once.
 */
function endAfter(error: unknown, log: Log, daemon: Daemon): void {
  if (failed) process.exit(1);
  failed = true;
  const reason = error instanceof Error ? error.message : String(error);
  log.error(`dictation ends after an internal error: ${adviceOn(error, reason)}`);
  if (error instanceof Error && !lacksFiles(error)) log.error(error.stack ?? '');
  daemon.shutdown(1);
}
