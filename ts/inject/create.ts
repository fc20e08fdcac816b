import type { Writable } from 'node:stream';
import { Problem } from '../domain/problem.js';
import { ChainSink } from './chain-sink.js';
import { createClipboard } from './clipboard.js';
import { openFileSink } from './file-sink.js';
import type { Injector, Sink } from './sink.js';
import { createStreamSink } from './stream-sink.js';
import { createWtype } from './wtype.js';
import { createXdotool } from './xdotool.js';
import { createYdotool } from './ydotool.js';

const FILE_PREFIX = 'file:';

export interface SinkDependencies {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Writable;
  /** Tells the person about text in the clipboard. */
  notify(message: string): void;
  /** Nothing can be typed as things are: said once at start, deliveries stay pending until that changes. */
  onProblem(problem: Problem): void;
  /** How long a call may take besides the time for its characters. */
  readonly callBaseMs: number;
}

/**
 * Makes the sink that `--sink` names. Throws a `Problem` for an unknown name or an unwritable file. A named
 * injector is followed by the clipboard; `auto` tries wtype, ydotool, xdotool, and the clipboard last.
 */
export async function createSink(kind: string, deps: SinkDependencies): Promise<Sink> {
  if (kind === 'stdout') return createStreamSink(deps.stdout);
  const path = kind.startsWith(FILE_PREFIX) ? kind.slice(FILE_PREFIX.length) : '';
  if (path !== '') return await openFileSink(path);
  const injectors = injectorsFor(kind, deps);
  if (injectors === null) throw unknownSink(kind);
  tellObstacles(injectors, deps);
  return new ChainSink(kind, injectors);
}

function injectorsFor(kind: string, deps: SinkDependencies): readonly Injector[] | null {
  const { env, callBaseMs } = deps;
  const wtype = createWtype(env, callBaseMs);
  const ydotool = createYdotool(env, callBaseMs);
  const xdotool = createXdotool(env, callBaseMs);
  const clipboard = createClipboard(env, (message) => deps.notify(message), callBaseMs);
  switch (kind) {
    case 'auto':
      return [wtype, ydotool, xdotool, clipboard];
    case 'wtype':
      return [wtype, clipboard];
    case 'ydotool':
      return [ydotool, clipboard];
    case 'xdotool':
      return [xdotool, clipboard];
    case 'clipboard':
      return [clipboard];
    default:
      return null;
  }
}

function tellObstacles(injectors: readonly Injector[], deps: SinkDependencies): void {
  const obstacles = injectors.map((injector) => injector.obstacle());
  if (obstacles.includes(null)) return;
  const message = `Nothing can be typed (${obstacles.join('; ')}): text waits in \`swictation pending\``;
  deps.onProblem(new Problem('no_injector', message));
}

function unknownSink(kind: string): Problem {
  const message = `Unknown sink ${kind}: give auto, wtype, ydotool, xdotool, clipboard, stdout or file:PATH`;
  return new Problem('unknown_sink', message, { exitCode: 2 });
}
