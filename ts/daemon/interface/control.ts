import type { Config } from '../../config/config.js';
import type { ControlHandler, Owner, ToggleOutcome } from '../../control/handler.js';
import type { MetricsHub } from '../../control/metrics-hub.js';
import { type EventPublisher, publishEvents } from '../../control/publish-events.js';
import { serveCommands } from '../../control/serve-commands.js';
import { serveMetrics } from '../../control/serve-metrics.js';
import { serveControlV1 } from '../../control/serve-v1.js';
import { serveControlV2 } from '../../control/serve-v2.js';
import type { Scope } from '../../system/scope.js';
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
  },
): Promise<void> {
  const { control } = config;
  const handler = controlHandler(parts.core, parts.shutdown);
  const own = (name: string, owner: Owner) => scope.own(name, () => owner.close());
  own('control socket', await serveControlV1(control.socketPath, handler));
  if (control.socketPathV2 !== control.socketPath) {
    own('second control socket', await serveControlV2(control.socketPathV2, handler));
  }
  const metricsPaths = [...new Set([control.metricsSocketPath, control.metricsSocketPathV2])];
  own('metrics sockets', await serveMetrics(metricsPaths, parts.hub));
  own('commands', await serveCommands(control.zeromqCommand, parts.commands));
}

/** Opens the stream of events. */
export async function openEvents(config: Config, scope: Scope): Promise<EventPublisher> {
  const publisher = await publishEvents(config.control.zeromqEvents);
  scope.own('events', () => publisher.close());
  return publisher;
}

function controlHandler(core: () => Core, shutdown: () => void): ControlHandler {
  return {
    toggle: () =>
      new Promise<ToggleOutcome>((resolve) => {
        core().loop.post(() => resolve(toggle(core())));
      }),
    state: () => core().state,
    shutdown,
  };
}

function toggle(core: Core): ToggleOutcome {
  if (!core.dictation.isRecording) {
    const session = core.startRecording();
    return { state: 'recording', session, words: 0, wpm: 0 };
  }
  const session = core.stopRecording() ?? 0;
  const { words, wpm } = core.sessions.figures(session);
  return { state: 'idle', session, words, wpm };
}
