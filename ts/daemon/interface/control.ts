import type { Config } from '../../config/config.js';
import type { ControlHandler, Listener, ToggleOutcome } from '../../control/handler.js';
import type { MetricsHub } from '../../control/metrics-hub.js';
import { type EventPublisher, publishEvents } from '../../control/publish-events.js';
import { serveCommands } from '../../control/serve-commands.js';
import { serveMetrics } from '../../control/serve-metrics.js';
import { serveControlV1 } from '../../control/serve-v1.js';
import { serveControlV2 } from '../../control/serve-v2.js';
import { foreignOwner, unlessForeign } from '../../system/foreign-file.js';
import type { Scope } from '../../system/scope.js';
import type { KeepSocket } from '../../worker/workers.js';
import type { Core } from '../core/core.js';

/** Both generations of the control socket, the metrics broadcast, and the ZeroMQ interface. */
export async function openControl(
  config: Config,
  scope: Scope,
  parts: {
    readonly core: () => Core;
    readonly hub: MetricsHub;
    readonly commands: Parameters<typeof serveCommands>[1];
    shutdown(): void;
    /** Where the first generation is served when another user's socket is in its place. */
    readonly ownControlSocket: string;
    warn(code: string, message: string): void;
    readonly keepSocket: KeepSocket;
  },
): Promise<void> {
  const control = avoidForeign(config.control, parts);
  const handler = controlHandler(parts.core, parts.shutdown);
  const own = (name: string, listener: Listener) => {
    for (const [path, renew] of listener.places) parts.keepSocket(path, renew);
    scope.own(name, () => listener.close());
  };
  own('control socket', await serveControlV1(control.socketPath, handler));
  if (control.socketPathV2 !== control.socketPath) {
    own('second control socket', await serveControlV2(control.socketPathV2, handler));
  }
  const metricsPaths = [...new Set([control.metricsSocketPath, control.metricsSocketPathV2])];
  own('metrics sockets', await serveMetrics(metricsPaths, parts.hub));
  own('commands', await serveCommands(control.zeromqCommand, parts.commands));
}

/** A second person at the machine: the first one's sockets lie in /tmp, and only that one may remove them. */
function avoidForeign(
  control: Config['control'],
  parts: { readonly ownControlSocket: string; warn(code: string, message: string): void },
): Config['control'] {
  const { socketPath, socketPathV2, metricsSocketPath, metricsSocketPathV2 } = control;
  const owner = foreignOwner(socketPath) ?? foreignOwner(metricsSocketPath);
  if (owner === null) return control;
  const mine = {
    socketPath: unlessForeign(socketPath, parts.ownControlSocket),
    metricsSocketPath: unlessForeign(metricsSocketPath, metricsSocketPathV2),
  };
  const taken = mine.socketPath === socketPath ? metricsSocketPath : socketPath;
  const message = `${taken} belongs to another user (uid ${owner}): \`swictation\` finds this daemon on ${mine.socketPath}; others need ${socketPathV2} or [control] socket_path`;
  parts.warn('socket_of_another_user', message);
  return { ...control, ...mine };
}

/** Opens the stream of events. */
export async function openEvents(
  config: Config,
  scope: Scope,
  keepSocket: KeepSocket,
): Promise<EventPublisher> {
  const publisher = await publishEvents(config.control.zeromqEvents);
  for (const [path, renew] of publisher.places) keepSocket(path, renew);
  scope.own('events', () => publisher.close());
  return publisher;
}

function controlHandler(core: () => Core, shutdown: () => void): ControlHandler {
  return {
    toggle: () =>
      core().toggleKey.toggle(({ state, session }): ToggleOutcome => {
        const counted = state === 'recording' ? null : core().sessions.figures(session);
        return { state, session, words: counted?.words ?? 0, wpm: counted?.wpm ?? 0 };
      }),
    state: () => core().state,
    shutdown,
  };
}
