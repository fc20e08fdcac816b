import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const PROGRAM = fileURLToPath(new URL('../../dist/bin/swictation.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user's home of its own, with sockets in it, and the real program run there. */
export class Home {
  readonly folder = mkdtempSync(join(tmpdir(), 'swictation-cli-'));
  readonly controlSocket = join(this.folder, 'control.sock');
  readonly metricsSocket = join(this.folder, 'metrics.sock');
  readonly command = `ipc://${join(this.folder, 'command')}`;
  readonly events = `ipc://${join(this.folder, 'events')}`;
  readonly env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: this.folder,
    XDG_RUNTIME_DIR: this.folder,
    TZ: 'UTC',
  };

  constructor() {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
    const config = join(this.folder, '.config', 'swictation');
    mkdirSync(config, { recursive: true });
    const lines = [
      '[control]',
      `socket_path = "${this.controlSocket}"`,
      `metrics_socket_path = "${this.metricsSocket}"`,
      `zeromq_command = "${this.command}"`,
      `zeromq_events = "${this.events}"`,
    ];
    writeFileSync(join(config, 'config.toml'), `${lines.join('\n')}\n`);
  }

  get database(): string {
    return join(this.folder, '.local', 'share', 'swictation', 'metrics.db');
  }

  run(args: readonly string[], input = ''): Promise<Ended> {
    const running = this.start(args);
    running.child.stdin.end(input);
    return running.ended;
  }

  /** A program that goes on; `line` waits for the next line of stdout that fits. */
  start(args: readonly string[]) {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env: this.env });
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines = new Lines();
    const out = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out.stdout += chunk;
      lines.add(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      out.stderr += chunk;
    });
    child.stdin.on('error', () => undefined);
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (code) => resolve({ code, ...out }));
    });
    return { child, ended, line: (fits: (line: string) => boolean) => lines.next(fits) };
  }
}

/** Lines as they come; each is given out once. */
class Lines {
  #rest = '';
  readonly #lines: string[] = [];
  #wake: () => void = () => undefined;

  add(chunk: string): void {
    const parts = `${this.#rest}${chunk}`.split('\n');
    this.#rest = parts.pop() ?? '';
    this.#lines.push(...parts);
    this.#wake();
  }

  async next(fits: (line: string) => boolean): Promise<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else if (fits(line)) return line;
    }
  }
}

/** A server on a unix socket; `serve` gets each connection. */
export async function listen(
  path: string,
  serve: (socket: Socket) => void,
): Promise<{ close(): Promise<void> }> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of open) socket.destroy();
      server.close(() => resolve());
    });
  onTestFinished(async () => {
    if (server.listening) await close();
  });
  return { close };
}

/** Answers each request of the first generation with `reply` and keeps what was asked. */
export async function listenV1(home: Home, reply: string): Promise<string[]> {
  const asked: string[] = [];
  await listen(home.controlSocket, (socket) =>
    socket.on('data', (data) => {
      asked.push(data.toString());
      socket.end(reply);
    }),
  );
  return asked;
}
