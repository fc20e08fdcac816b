import type { Writable } from 'node:stream';
import { Problem } from '../domain/problem.js';
import { ChainSink } from './chain-sink.js';
import { createClipboard } from './clipboard.js';
import { openFileSink } from './file-sink.js';
import { chooseDoor } from './paste/choose-door.js';
import { DebtFile } from './paste/debt-file.js';
import { Pasting } from './paste/pasting.js';
import { createPortal } from './portal/portal-injector.js';
import { PortalKeyboard } from './portal/portal-keyboard.js';
import { restoreTokenIn } from './portal/restore-token.js';
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
  /** The person has to answer the desktop's question. */
  asksPermission(message: string): void;
  readonly pasting: {
    /** `[inject] paste_keys`: a chord, or `auto`. */
    readonly keys: string;
    /** Where the portal's permission is kept. */
    readonly tokenFile: string;
    /** Where it stands, over a crash, what the clipboard held before a text was pasted. */
    readonly debtFile: string;
  };
}

/**
 * Makes the sink that `--sink` names. Throws a `Problem` for an unknown name or an unwritable file. A named
 * injector is followed by the clipboard; `auto` tries wtype, the portal, ydotool, xdotool, and the clipboard last.
 */
export async function createSink(kind: string, deps: SinkDependencies): Promise<Sink> {
  if (kind === 'stdout') return createStreamSink(deps.stdout);
  const path = kind.startsWith(FILE_PREFIX) ? kind.slice(FILE_PREFIX.length) : '';
  if (path !== '') return await openFileSink(path);
  const injectors = injectorsFor(kind, deps);
  if (injectors === null) throw unknownSink(kind);
  await tellObstacles(injectors, deps);
  void beginFirst(injectors);
  return new ChainSink(kind, injectors);
}

/** Only the first one that can work is prepared: nobody is asked for what is not needed. */
async function beginFirst(injectors: readonly Injector[]): Promise<void> {
  for (const injector of injectors) {
    if ((await injector.obstacle()) !== null) continue;
    await injector.begin?.();
    return;
  }
}

function injectorsFor(kind: string, deps: SinkDependencies): readonly Injector[] | null {
  const { env, callBaseMs } = deps;
  const wtype = createWtype(env, callBaseMs);
  const pasting = createPasting(deps);
  const ydotool = createYdotool(env, callBaseMs, { pasting, keys: deps.pasting.keys });
  const xdotool = createXdotool(env, callBaseMs, { pasting, keys: deps.pasting.keys });
  const portal = createPortalWith(deps, pasting);
  const clipboard = createClipboard(env, (message) => deps.notify(message), callBaseMs);
  switch (kind) {
    case 'auto':
      return [wtype, portal, ydotool, xdotool, clipboard];
    case 'wtype':
      return [wtype, clipboard];
    case 'portal':
      return [portal, clipboard];
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

/** One for all that paste: they share what the clipboard held before. */
function createPasting(deps: SinkDependencies): Pasting {
  const pasting = new Pasting({
    door: () => chooseDoor(deps.env),
    debts: new DebtFile(deps.pasting.debtFile),
    onTrouble: (message) => deps.onProblem(new Problem('clipboard', message)),
  });
  void pasting.recover();
  return pasting;
}

function createPortalWith(deps: SinkDependencies, pasting: Pasting): Injector {
  const { env, callBaseMs } = deps;
  const keyboard = new PortalKeyboard({
    env,
    token: restoreTokenIn(deps.pasting.tokenFile),
    asks: () => deps.asksPermission(ASKS),
    onTrouble: (message) => deps.onProblem(new Problem('portal', message)),
  });
  const door = () => chooseDoor(env);
  return createPortal({ env, keyboard, pasting, door, pasteKeys: deps.pasting.keys, callBaseMs });
}

/** Asked one after another: the portal's answer takes longest, and is not waited for where another one works. */
async function tellObstacles(
  injectors: readonly Injector[],
  deps: SinkDependencies,
): Promise<void> {
  const obstacles: string[] = [];
  for (const injector of [...injectors].reverse()) {
    const obstacle = await injector.obstacle();
    if (obstacle === null) return;
    obstacles.unshift(obstacle);
  }
  const message = `Nothing can be typed (${obstacles.join('; ')}): text waits in \`swictation pending\``;
  deps.onProblem(new Problem('no_injector', message));
}

function unknownSink(kind: string): Problem {
  const message = `Unknown sink ${kind}: give auto, wtype, portal, ydotool, xdotool, clipboard, stdout or file:PATH`;
  return new Problem('unknown_sink', message, { exitCode: 2 });
}

const ASKS = 'the desktop asks whether dictation may type: allow it in the window that it shows';
