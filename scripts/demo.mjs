// Plays a recording to a daemon of its own, in folders of its own, and ends with the recognised text, the
// device it ran on and the delay from the end of the voice to the text.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { followEvents } from '../dist/control/client.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const recording = process.argv[2] ?? join(root, 'py-worker/swictation_worker/clips/known.wav');
const LONGEST_MS = 180_000;
/** The daemon says what it typed a moment before it ends; the word may still be on its way then. */
const LAST_WORD_MS = 500;

const home = mkdtempSync(join(tmpdir(), 'swictation-demo-'));
const leaving = new AbortController();
try {
  process.exitCode = await demonstrate();
} finally {
  leaving.abort();
  rmSync(home, { recursive: true, force: true });
}

async function demonstrate() {
  const env = isolate();
  const startedMs = performance.now();
  const daemon = spawn(process.execPath, daemonArguments(), {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: LONGEST_MS,
  });
  forwardSignals(daemon);
  const spoken = [];
  const heard = listen(env, spoken);
  const code = await new Promise((resolve) => {
    daemon.once('exit', (status, signal) => resolve(status ?? signal));
  });
  const totalMs = performance.now() - startedMs;
  if (spoken.length === 0) await Promise.race([heard, pause(LAST_WORD_MS)]);
  if (code !== 0 || spoken.length === 0) {
    console.error(`The demonstration failed (${code}).`);
    return 1;
  }
  summarize(spoken, totalMs);
  return 0;
}

function daemonArguments() {
  const config = join(home, 'config.toml');
  const sockets = ['socket_path = "control.sock"', 'metrics_socket_path = "metrics.sock"'];
  const lines = sockets.map((line) => line.replace('"', `"${home}/`));
  writeFileSync(config, `[control]\n${lines.join('\n')}\n`);
  const program = [join(root, 'dist/bin/swictationd.js'), '--config', config];
  const source = ['--source', `wav:${recording}`, '--realtime', '--sink', 'stdout'];
  return [...program, ...source, '--start', '--exit-when-done'];
}

/** Its own folders; the cache stays the person's, so that a large model is not unpacked for a demonstration. */
function isolate() {
  const env = { ...process.env };
  for (const name of ['CONFIG_HOME', 'DATA_HOME', 'STATE_HOME', 'RUNTIME_DIR']) {
    env[`XDG_${name}`] = join(home, name.toLowerCase());
    mkdirSync(env[`XDG_${name}`], { mode: 0o700 });
  }
  return env;
}

/** Ctrl+C reaches the daemon by itself; a TERM from outside would leave it alone. */
function forwardSignals(daemon) {
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => daemon.kill('SIGTERM'));
}

/** Collects what the daemon tells of each text; resolves with the first. */
async function listen(env, spoken) {
  const endpoint = `ipc://${join(env.XDG_RUNTIME_DIR, 'swictation', 'events')}`;
  return new Promise((resolve, reject) => {
    (async () => {
      for await (const { payload } of followEvents(endpoint, ['transcription'], leaving.signal)) {
        spoken.push(payload);
        resolve();
      }
    })().catch(reject);
  });
}

function summarize(spoken, totalMs) {
  const texts = spoken.map((one) => String(one.text).trim());
  const places = new Set(spoken.map((one) => `${describeDevice(one.device)}, ${one.engine}`));
  const delayMs = Math.max(...spoken.map((one) => Number(one.pause_to_text_ms)));
  console.log(`\ntext    ${texts.join(' ')}`);
  console.log(`device  ${[...places].join('; ')}`);
  console.log(`delay   ${Math.round(delayMs)} ms from the end of the last word to the text`);
  console.log(`total   ${(totalMs / 1000).toFixed(1)} s, start of the program included`);
}

function describeDevice(device) {
  return device === 'cuda' ? 'GPU' : String(device).toUpperCase();
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
