import type { TypedPiece } from '../domain/keys.js';
import { waylandDisplay, x11Display } from '../system/desktop/display.js';
import { findOnPath } from '../system/find-on-path.js';
import { runCall } from './call.js';
import { type Attempt, CLIPBOARD, type Injector } from './sink.js';

interface Copier {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The clipboard takes everything at once, and `notify` tells the person to paste it. Keys can't be pasted:
 * Return and Tab become their characters, the notice names the others.
 */
export function createClipboard(
  env: NodeJS.ProcessEnv,
  notify: (message: string) => void,
  baseMs: number,
): Injector {
  return {
    name: CLIPBOARD,
    obstacle: () => (findCopier(env) === null ? 'no clipboard program (wl-copy)' : null),
    async type(pieces, signal) {
      const text = pieces.map(pastedForm).join('');
      const attempt = await copy(findCopier(env), text, signal, baseMs);
      if (attempt.kind === 'typed') notify(describeNotice(text, unpressed(pieces)));
      return { pieces: pieces.length, attempt };
    },
  };
}

function findCopier(env: NodeJS.ProcessEnv): Copier | null {
  const display = waylandDisplay(env);
  if (display !== null) {
    const copierEnv = { ...env, WAYLAND_DISPLAY: display };
    return findOnPath('wl-copy', env) === null
      ? null
      : { command: 'wl-copy', args: ['--type', 'text/plain'], env: copierEnv };
  }
  if (x11Display(env) === null || findOnPath('xclip', env) === null) return null;
  return { command: 'xclip', args: ['-selection', 'clipboard'], env };
}

/** A copy that was ended in the middle has typed nothing: it can be made again. */
async function copy(
  copier: Copier | null,
  input: string,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Attempt> {
  if (copier === null) return { kind: 'not_typed', message: 'no clipboard program (wl-copy)' };
  if (input === '') return { kind: 'typed' };
  const attempt = await runCall(copier.command, {
    ...{ ...copier, input, signal, timeoutMs },
    ifWeDie: 'lives_on',
  });
  return attempt.kind === 'unknown' ? { ...attempt, kind: 'not_typed' } : attempt;
}

function pastedForm(piece: TypedPiece): string {
  if (piece.kind === 'text') return piece.text;
  if (piece.key === 'Return') return '\n';
  return piece.key === 'Tab' ? '\t' : '';
}

function unpressed(pieces: readonly TypedPiece[]): readonly string[] {
  const keys = pieces.flatMap((piece) => (piece.kind === 'key' ? [piece.key] : []));
  return keys.filter((key) => key !== 'Return' && key !== 'Tab');
}

function describeNotice(text: string, keys: readonly string[]): string {
  const copied = text === '' ? '' : 'The text could not be typed and is in the clipboard: paste it';
  const missed = keys.length === 0 ? '' : `Keys that could not be pressed: ${keys.join(', ')}`;
  return [copied, missed].filter((part) => part !== '').join('. ');
}
