import type { Snapshot } from '../../protocol/command/snapshot.js';
import { isSocket } from '../../system/desktop/display.js';
import { findOnPath } from '../../system/find-on-path.js';
import { projectRoot } from '../../system/paths.js';
import { runProgram } from '../../system/process/process.js';
import { isCheckout, quoteForShell } from '../../system/python/environment.js';
import type { CliContext } from '../context.js';
import { sendControl } from '../link/control-socket.js';
import { readSnapshotIfUp } from '../link/daemon-link.js';
import { readEndpoints } from '../link/endpoints.js';
import { hasService, UNIT } from '../link/service.js';
import { describeBreaker, describeDegraded, describePlace } from '../screen/snapshot-lines.js';
import { broken, type Check, type Env, fine } from './check.js';

const MANAGER_MS = 5_000;

/** Sockets, what the daemon says of itself, and the service that starts it. */
export async function checkDaemon(context: CliContext): Promise<Check[]> {
  const service = await checkService(context.env);
  const isService = service.ok && findOnPath('systemctl', context.env) !== null;
  const start = isService ? 'systemctl --user restart swictation' : 'swictationd';
  const sockets = await checkSockets(context, start);
  if (!sockets.ok) return [sockets, service];
  const snapshot = await readSnapshotIfUp(context);
  const daemon =
    snapshot === null
      ? broken('daemon', 'it gives no details: it is hung, or another version', start)
      : describeDaemon(snapshot);
  return [sockets, daemon, service];
}

async function checkSockets(context: CliContext, start: string): Promise<Check> {
  const { socketPath, metricsSocketPath } = await readEndpoints(context);
  const answer = await sendControl(socketPath, 'status');
  if (answer.kind === 'failed') return broken('sockets', `${socketPath}: ${answer.reason}`, start);
  if (!isSocket(metricsSocketPath)) return broken('sockets', `no ${metricsSocketPath}`, start);
  return fine('sockets', `${socketPath}, ${metricsSocketPath}`);
}

function describeDaemon(snapshot: Snapshot): Check {
  const degraded = describeDegraded(snapshot);
  if (degraded !== null) return broken('daemon', degraded, 'swictation why');
  if (snapshot.pending > 0) {
    return broken(
      'daemon',
      `recordings that were not typed: ${snapshot.pending}`,
      'swictation pending',
    );
  }
  if (snapshot.breaker.state !== 'closed') {
    const detail = `the card is avoided: breaker ${describeBreaker(snapshot.breaker)}`;
    return broken('daemon', detail, 'swictation why');
  }
  return fine('daemon', `${snapshot.state}, speech model: ${describePlace(snapshot.models.stt)}`);
}

async function checkService(env: Env): Promise<Check> {
  if (findOnPath('systemctl', env) === null) {
    return fine('service', 'no systemd here: start swictationd with your session');
  }
  const state = await askManager('is-active', env);
  if (state === 'active') return fine('service', `${await askManager('is-enabled', env)}, active`);
  if (!hasService(env)) {
    return broken(
      'service',
      'not installed',
      isCheckout()
        ? `make -C ${quoteForShell(projectRoot())} install`
        : 'swictation setup --service',
    );
  }
  const fix = `systemctl --user enable --now ${UNIT}`;
  return broken('service', `installed, ${state || 'no user service manager answers'}`, fix);
}

async function askManager(question: string, env: Env): Promise<string> {
  const args = ['--user', question, UNIT];
  const { stdout } = await runProgram('systemctl', args, { env, timeoutMs: MANAGER_MS });
  return stdout.trim();
}
