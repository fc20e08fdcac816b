import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Whether this machine has a PulseAudio that a test may start for itself. */
export const HAS_PULSE = ['pulseaudio', 'pactl', 'parec'].every(
  (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0,
);

const PIECE_MS = 20;
const PIECE_BYTES = 640;

/** A PulseAudio of a test's own, with microphones that hear what they are told. */
export class SoundServer {
  readonly env: NodeJS.ProcessEnv;
  private readonly server: ChildProcess;
  private plugged = 0;

  constructor(private readonly folder: string) {
    const runtime = join(folder, 'pulse');
    mkdirSync(runtime, { recursive: true, mode: 0o700 });
    this.env = { PULSE_RUNTIME_PATH: runtime, PULSE_SERVER: `unix:${runtime}/native` };
    const args = [
      '--daemonize=no',
      '-n',
      '--exit-idle-time=-1',
      '-L',
      'module-native-protocol-unix',
    ];
    const env = { ...process.env, ...this.env, HOME: folder, DBUS_SESSION_BUS_ADDRESS: '' };
    this.server = spawn('pulseaudio', args, { env, stdio: 'ignore' });
    onTestFinished(() => void this.server.kill('SIGKILL'));
    this.until(() => this.ask('info').includes('Server Name'));
  }

  ask(...args: readonly string[]): string {
    const env = { ...process.env, ...this.env, LC_ALL: 'C' };
    return spawnSync('pactl', [...args], { env, encoding: 'utf8', timeout: 5_000 }).stdout ?? '';
  }

  /** A microphone that hears this again and again. The answer pulls it out. */
  plugIn(name: string, description: string, pcm: Buffer): () => void {
    this.plugged += 1;
    const fifo = join(this.folder, `${name}-${this.plugged}`);
    const about = `source_properties=device.description='${description.replaceAll(' ', '\\ ')}'`;
    const shape = ['format=s16le', 'rate=16000', 'channels=1'];
    const source = [`source_name=${name}`, `file=${fifo}`, ...shape, about];
    const module = this.ask('load-module', 'module-pipe-source', ...source).trim();
    const stop = feed(fifo, pcm);
    onTestFinished(stop);
    return () => {
      stop();
      this.ask('unload-module', module);
    };
  }

  private until(ready: () => boolean): void {
    for (let tries = 0; tries < 100 && !ready(); tries += 1) spawnSync('sleep', ['0.1']);
  }
}

/** Writes it at the speed of speech. What nobody listens to is gone, as with a real microphone. */
function feed(fifo: string, pcm: Buffer): () => void {
  const file = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  const startedMs = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    while (sent * PIECE_MS < performance.now() - startedMs) {
      const at = (sent * PIECE_BYTES) % (pcm.length - PIECE_BYTES);
      sent += 1;
      try {
        writeSync(file, pcm, at, PIECE_BYTES);
      } catch {
        // The server is behind, or does not listen to this one.
      }
    }
  }, PIECE_MS);
  return () => {
    clearInterval(timer);
    try {
      closeSync(file);
    } catch {
      // It was pulled out before.
    }
  };
}
