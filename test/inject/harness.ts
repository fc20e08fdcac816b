import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import type { TypedPiece } from '../../ts/domain/keys.js';
import type { Problem } from '../../ts/domain/problem.js';
import { createSink } from '../../ts/inject/create.js';

const BIN = fileURLToPath(new URL('../fixtures/bin', import.meta.url));
const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

export function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'inject-'));
  closers.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export const text = (value: string): TypedPiece => ({ kind: 'text', text: value });
export const key = (value: string): TypedPiece => ({ kind: 'key', key: value });

type Script = Readonly<Record<string, readonly string[]>>;

/** A desktop of fake typing programs, see test/fixtures/bin/wtype, and a sink that types on it. */
export async function openDesktop(
  kind: string,
  script: Script = {},
  env: Record<string, string | undefined> = { WAYLAND_DISPLAY: 'wayland-test' },
  callBaseMs = 20_000,
) {
  const dir = temporaryDir();
  const notices: string[] = [];
  const problems: Problem[] = [];
  const shown: NodeJS.ProcessEnv = {
    ...{ PATH: `${BIN}${delimiter}${process.env.PATH}`, XDG_RUNTIME_DIR: dir },
    ...{ INJECT_DIR: dir, INJECT_SCRIPT: JSON.stringify(script), ...env },
  };
  const sink = await createSink(kind, {
    env: shown,
    stdout: process.stdout,
    notify: (message) => notices.push(message),
    onProblem: (problem) => problems.push(problem),
    callBaseMs,
    asksPermission: (message) => notices.push(message),
    pasting: { keys: 'auto', tokenFile: join(dir, 'token'), debtFile: join(dir, 'debt') },
  });
  closers.push(() => sink.close());
  const read = (name: string) => {
    const path = join(dir, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const progress: number[] = [];
  return {
    ...{ dir, env: shown, sink, notices, problems, progress },
    deliver: (pieces: readonly TypedPiece[], signal = new AbortController().signal) =>
      sink.deliver(pieces, (done) => progress.push(done), signal),
    window: () => read('window'),
    clipboard: () => read('clipboard'),
    calls: () =>
      read('calls')
        .trim()
        .split('\n')
        .map((line): string[] => JSON.parse(line)),
  };
}
