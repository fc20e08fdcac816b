import { mkdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A compositor as far as it tells of focus and layout. */
export interface FakeCompositor {
  /** What a program of this session finds in its environment. */
  readonly env: NodeJS.ProcessEnv;
  /** The window with the focus; null: none. */
  focus(window: { id: number; appId: string } | null): void;
  layout(name: string): void;
  /** How often it was asked for the focus. */
  readonly asked: number;
  /** Requests that the real one would not have understood. */
  readonly wrong: readonly string[];
}

/** Listens in `path` until the test is over. */
async function listen(path: string, onConnection: (socket: Socket) => void): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const server = createServer(onConnection).listen(path);
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
}

/**
 * niri (niri-ipc, `niri msg --json`): one JSON line for a request, one `{"Ok": ...}` or `{"Err": ...}` line back. The connection stays open:
 * whoever waits for its end waits for ever.
 */
export async function fakeNiri(folder: string): Promise<FakeCompositor> {
  const path = join(folder, 'niri.wayland-1.123.sock');
  const wrong: string[] = [];
  let asked = 0;
  let window: Record<string, unknown> | null = null;
  let names = ['English (US)'];
  const answer = (request: unknown) => {
    if (request === 'FocusedWindow') {
      asked += 1;
      return { Ok: { FocusedWindow: window } };
    }
    if (request === 'KeyboardLayouts')
      return { Ok: { KeyboardLayouts: { names, current_idx: 0 } } };
    wrong.push(JSON.stringify(request));
    return { Err: 'error parsing request' };
  };
  await listen(path, (socket) => {
    let heard = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      for (let end = heard.indexOf('\n'); end >= 0; end = heard.indexOf('\n')) {
        const line = heard.slice(0, end);
        heard = heard.slice(end + 1);
        try {
          socket.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
        } catch {
          wrong.push(line);
          socket.write('{"Err":"error parsing request"}\n');
        }
      }
    });
  });
  return {
    wrong,
    get asked() {
      return asked;
    },
    env: { NIRI_SOCKET: path },
    focus(to) {
      window =
        to === null
          ? null
          : {
              ...{ id: to.id, title: 'a title', app_id: to.appId, pid: 4711, workspace_id: 1 },
              ...{ is_focused: true, is_floating: false, is_urgent: false },
            };
    },
    layout(name) {
      names = [name];
    },
  };
}

/**
 * Hyprland (its first socket, as hyprctl speaks to it): what comes in the first piece is the request, flags and a slash before it; the answer,
 * then the end of the connection. Nothing that comes later is read.
 */
export async function fakeHyprland(folder: string): Promise<FakeCompositor> {
  const signature = 'abc_1700000000_1';
  const wrong: string[] = [];
  let asked = 0;
  let window: Record<string, unknown> = {};
  let keymap = 'English (US)';
  const answer = (request: string) => {
    if (request === 'j/activewindow') {
      asked += 1;
      return JSON.stringify(window);
    }
    if (request === 'j/devices') {
      const keyboard = {
        address: '0x5581',
        name: 'a-keyboard',
        rules: '',
        model: '',
        layout: 'us',
      };
      const power = { ...keyboard, name: 'power-button', active_keymap: 'French', main: false };
      const main = { ...keyboard, variant: '', options: '', active_keymap: keymap, main: true };
      return JSON.stringify({
        mice: [],
        keyboards: [power, main],
        tablets: [],
        touch: [],
        switches: [],
      });
    }
    wrong.push(request);
    return 'unknown request';
  };
  await listen(join(folder, 'hypr', signature, '.socket.sock'), (socket) => {
    socket.on('error', () => {});
    socket.once('data', (chunk) => socket.end(answer(chunk.toString())));
  });
  return {
    wrong,
    get asked() {
      return asked;
    },
    env: { HYPRLAND_INSTANCE_SIGNATURE: signature },
    focus(to) {
      window =
        to === null
          ? {}
          : {
              ...{ address: `0x${to.id.toString(16)}`, mapped: true, hidden: false, at: [0, 0] },
              ...{ workspace: { id: 1, name: '1' }, class: to.appId, title: 'a title', pid: 4711 },
            };
    },
    layout(name) {
      keymap = name;
    },
  };
}
