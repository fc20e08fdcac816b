import type { TypedPiece } from '../domain/keys.js';
import { isSocket } from '../system/desktop/display.js';
import { focusedWindow } from '../system/desktop/window/focused-window.js';
import { currentLayout, hasUsualV, isUsLayout } from '../system/desktop/window/layout.js';
import {
  rememberYdotool,
  type Ydotool,
  ydotoolObstacle,
  ydotoolSocket,
} from '../system/desktop/ydotool.js';
import { findOnPath } from '../system/find-on-path.js';
import { typePiece } from './call.js';
import { leadingTexts } from './cut-pieces.js';
import { pasteChord } from './paste/paste-keys.js';
import type { Pasting } from './paste/pasting.js';
import type { Injector } from './sink.js';
import { codeArguments, wordArguments } from './ydotool-arguments.js';

/** Key down and up, and the pause after it, as asked for: 10 ms; 24 ms where that can't be. With room for a busy machine. */
const MS_PER_CHARACTER = 80;

/** How texts are pasted that no US keyboard has, or that another layout would turn into other letters. */
export interface YdotoolPasting {
  readonly pasting: Pasting;
  /** `[inject] paste_keys`. */
  readonly keys: string;
}

/**
 * ydotool with its daemon, which types as a US keyboard that is plugged in. Every version in its own words. What the current layout does
 * not give as typed is pasted.
 */
export function createYdotool(
  env: NodeJS.ProcessEnv,
  baseMs: number,
  paste: YdotoolPasting,
): Injector {
  const find = rememberYdotool(env);
  return {
    name: 'ydotool',
    obstacle() {
      if (findOnPath('ydotool', env) === null) return 'ydotool is not installed';
      // Which of the places counts is known when it is asked, before the first key.
      const sockets = [
        ydotoolSocket({ kind: 'words' }, env),
        ydotoolSocket({ kind: 'unknown' }, env),
      ];
      return sockets.some(isSocket) ? null : 'ydotoold is not running';
    },
    close: () => paste.pasting.close(),
    async type(pieces, signal) {
      const [piece] = pieces;
      if (piece === undefined) return { pieces: 0, attempt: { kind: 'typed' } };
      const ydotool = await find();
      const obstacle = ydotoolObstacle(ydotool, env);
      if (obstacle !== null) return notTyped(obstacle);
      const layout = await currentLayout(env);
      const call = { env, baseMs, msPerCharacter: MS_PER_CHARACTER, signal };
      const press = (each: TypedPiece) => {
        const args = argumentsFor(ydotool, each);
        return args === null
          ? notTyped(GAP)
          : typePiece('ydotool', each, args, { ...call, judge: judgeOf(ydotool, env) });
      };
      if (piece.kind === 'key' || isGiven(ydotool, piece.text, layout)) return await press(piece);
      const texts = leadingTexts(pieces);
      const attempt = await paste.pasting.paste(texts.join(''), async () => {
        const key = hasUsualV(layout) ? await chord(env, paste.keys) : 'shift-Insert';
        return (await press({ kind: 'key', key })).attempt;
      });
      return { pieces: texts.length, attempt };
    },
  };
}

const GAP = 'ydotool knows only the keys of a US keyboard';

function notTyped(message: string) {
  return { pieces: 1, attempt: { kind: 'not_typed', message } } as const;
}

/** Spaces are where they are on every layout. */
function isGiven(ydotool: Ydotool, text: string, layout: string | null): boolean {
  if (argumentsFor(ydotool, { kind: 'text', text }) === null) return false;
  return isUsLayout(layout) || /^[ \t\n]*$/.test(text);
}

async function chord(env: NodeJS.ProcessEnv, keys: string): Promise<string> {
  const focus = await focusedWindow(env);
  return pasteChord(keys, focus.kind === 'window' ? focus.appId : null);
}

function argumentsFor(ydotool: Ydotool, piece: TypedPiece): readonly string[] | null {
  if (ydotool.kind === 'words') return wordArguments(piece);
  return codeArguments(piece, ydotool.kind === 'codes' && ydotool.keyHold);
}

/**
 * What an exit code of 0 is worth. 0.1 has it for everything: it says which daemon it wrote to, and what it did not
 * understand. A newer one writes to its daemon and does not notice when that is gone.
 */
function judgeOf(
  ydotool: Ydotool,
  env: NodeJS.ProcessEnv,
): (said: string) => 'typed' | 'not_typed' | 'unknown' {
  return (said) => {
    if (ydotool.kind === 'words') {
      if (/^ydotool: \w+: error:/m.test(said)) return 'not_typed';
      return said.includes('Using ydotoold backend') ? 'typed' : 'unknown';
    }
    return ydotoolObstacle(ydotool, env) === null ? 'typed' : 'unknown';
  };
}
