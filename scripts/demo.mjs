// Plays a recording to a daemon of its own, in folders of its own, and ends with the recognised text, the
// device it ran on and the delay from the last word to the text.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const recording = process.argv[2] ?? join(root, 'py-worker/swictation_worker/clips/known.wav');
const LONGEST_MS = 180_000;

const home = mkdtempSync(join(tmpdir(), 'swictation-demo-'));
const spoken = [];
let where = '';
let over = false;
try {
  process.exitCode = await demonstrate();
} finally {
  rmSync(home, { recursive: true, force: true });
}

async function demonstrate() {
  const env = isolate();
  const started = performance.now();
  const daemon = spawn(
    process.execPath,
    [join(root, 'dist/bin/swictationd.js'), ...daemonOptions()],
    {
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: LONGEST_MS,
    },
  );
  const ended = new Promise((resolve) => {
    daemon.once('exit', (code, signal) => resolve(code ?? signal));
  });
  listen(join(home, 'metrics.sock'), env);
  const code = await ended;
  over = true;
  if (code !== 0 || spoken.length === 0) {
    console.error(`The demonstration failed (${code}).`);
    return 1;
  }
  summarize((performance.now() - started) / 1000);
  return 0;
}

function daemonOptions() {
  const config = join(home, 'config.toml');
  const sockets = ['socket_path = "control.sock"', 'metrics_socket_path = "metrics.sock"'];
  const lines = sockets.map((line) => line.replace('"', `"${home}/`));
  writeFileSync(config, `[control]\n${lines.join('\n')}\n`);
  const source = ['--source', `wav:${recording}`, '--realtime', '--sink', 'stdout'];
  return ['--config', config, ...source, '--start', '--exit-when-done'];
}

function isolate() {
  const env = { ...process.env };
  for (const name of ['CONFIG_HOME', 'DATA_HOME', 'STATE_HOME', 'RUNTIME_DIR', 'CACHE_HOME']) {
    env[`XDG_${name}`] = join(home, name.toLowerCase());
    mkdirSync(env[`XDG_${name}`], { mode: 0o700 });
  }
  return env;
}

/** Follows the daemon's event stream; tries again until the daemon listens. */
function listen(path, env) {
  const socket = connect(path);
  socket.once('error', () => setTimeout(() => listen(path, env), 50).unref());
  socket.once('connect', () => {
    createInterface(socket).on('line', (line) => hear(JSON.parse(line), env));
  });
}

function hear(event, env) {
  if (event.type === 'transcription') spoken.push(event);
  if (event.type === 'state_change' && event.state === 'recording') askWhere(env);
}

/** Asks until the model is loaded: the daemon leaves as soon as the text is there. */
function askWhere(env) {
  const options = ['--config', join(home, 'config.toml'), 'status'];
  const client = spawn(process.execPath, [join(root, 'dist/bin/swictation.js'), ...options], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  createInterface(client.stdout).on('line', (line) => {
    const device = /speech[^:]*:\s*(.+)$/i.exec(line)?.[1];
    if (device !== undefined && !/not loaded/.test(device)) where = device;
  });
  client.once('exit', () => {
    if (where === '' && !over) askWhere(env);
  });
}

function summarize(totalSeconds) {
  const delays = spoken.map((event) => event.latency_ms);
  console.log(`\ntext    ${spoken.map((event) => event.text).join(' ')}`);
  console.log(`device  ${where || 'unknown'}`);
  console.log(`delay   ${Math.round(Math.max(...delays))} ms from the end of the last word`);
  console.log(`total   ${totalSeconds.toFixed(1)} s, start of the program included`);
}
