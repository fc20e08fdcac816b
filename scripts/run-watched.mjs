// Runs a program of tests that never reads our input. One that says nothing for too long hangs: it is ended with all
// that it started, and what it was at is told.
import { spawn, spawnSync } from 'node:child_process';

/** The longest test file takes three minutes here; twice that and more on a slower machine. */
const LONGEST_SILENCE_MS = Number(process.env.TEST_SILENCE_MS ?? 600_000);

/**
 * Resolves with the exit code, the signal's name, or why it could not start. `atWork` names what has begun and not
 * ended, one a line.
 */
export function runWatched(program, args, atWork = () => []) {
  return new Promise((resolve) => {
    const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...colour },
      // A group of its own, so that nothing of it is left to disturb the next runner.
      detached: true,
    });
    const end = (signal) => endGroup(child.pid, signal);
    const forward = (signal) => end(signal);
    let silence = setTimeout(stalled, LONGEST_SILENCE_MS);
    const heard = (stream) => (chunk) => {
      silence.refresh();
      stream.write(chunk);
    };
    child.stdout.on('data', heard(process.stdout));
    child.stderr.on('data', heard(process.stderr));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);

    function stalled() {
      console.log(`\nnothing was said for ${LONGEST_SILENCE_MS / 1_000} s; at work were:`);
      for (const line of [...atWork(), ...processesOf(child.pid)]) console.log(`  ${line}`);
      end('SIGKILL');
    }

    function done(result) {
      clearTimeout(silence);
      silence = null;
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, forward);
      end('SIGKILL');
      resolve(result);
    }
    child.once('error', (cause) => done(cause.message));
    // Not `close`: a program that was left behind holds the pipes open.
    child.once('exit', (code, signal) => setImmediate(() => done(code ?? signal)));
  });
}

function endGroup(pid, signal) {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}

/** The processes of a group, each with its age and command line. */
function processesOf(group) {
  const list = spawnSync('ps', ['-eo', 'pgid=,pid=,stat=,etime=,args='], { encoding: 'utf8' });
  const lines = (list.stdout ?? '').split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith(`${group} `)).map((line) => line.slice(0, 200));
}
