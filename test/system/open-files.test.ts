import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askDaemon } from '../../ts/control/client.js';
import { parseSnapshot } from '../../ts/protocol/command/snapshot.js';
import { adviceOn, lacksFiles } from '../../ts/system/process/open-files.js';
import { describeStartFailure } from '../../ts/system/process/process-exit.js';
import { nurseryProblem } from '../../ts/worker/nursery.js';
import { askSocket, CLIENT, DAEMON, type DaemonProcess } from '../support/daemon.js';
import { openHome } from '../support/home.js';

const coded = (code: string, message = code) => Object.assign(new Error(message), { code });
const ADVICE = /too many open files: raise the limit \(`ulimit -n 1024`\)/;

/** Runs a program that may have so many files open. */
function runWith(limit: number, line: readonly string[], env: NodeJS.ProcessEnv) {
  const script = `ulimit -n ${limit}; exec "$@"`;
  const args = ['-c', script, 'sh', process.execPath, ...line];
  return spawnSync('/bin/sh', args, { env, encoding: 'utf8', timeout: 100_000 });
}

describe('too few files that may be open', () => {
  // Below 20 Node itself does not start.
  it.each([20, 22, 25, 30, 40, 60, 90, 120])('at %i the daemon says so in one line', (limit) => {
    const { status, stderr } = runWith(limit, [DAEMON, '--device', 'cpu'], openHome().env);
    expect(stderr).toMatch(new RegExp(`^✗ Error: ${ADVICE.source}, it is ${limit}\n$`));
    expect(status).toBe(1);
  });

  it.each([20, 25, 30, 39])('at %i a command says so in one line', (limit) => {
    const { status, stderr } = runWith(limit, [CLIENT, 'status'], openHome().env);
    expect(stderr).toMatch(new RegExp(`^✗ Error: ${ADVICE.source}, it is ${limit}\n$`));
    expect(status).toBe(1);
  });

  it.each([40, 60])('at %i a command does what it is told', (limit) => {
    const { env } = openHome();
    expect(runWith(limit, [CLIENT, 'status'], env).stdout).toMatch(/Daemon not running/);
    expect(runWith(limit, [CLIENT, 'pending'], env).stderr).toMatch(/Nothing is pending/);
    expect(runWith(limit, [CLIENT, 'transcribe', 'x.wav'], env).stderr).toMatch(ADVICE);
  });
});

async function loaded(daemon: DaemonProcess): Promise<void> {
  for (;;) {
    const { models } = parseSnapshot(await daemon.ask('snapshot'));
    if (models.stt.device === 'cpu' && models.vad.device === 'cpu') return;
    await sleep(100);
  }
}

describe('a daemon that has no file left to open', () => {
  const FAKES = new URL('../fixtures/bin', import.meta.url).pathname;

  it('lives, says what to do, and goes on when there are some again', async () => {
    const home = openHome();
    const daemon = home.start(['--device', 'cpu', '--sink', `file:${home.file('typed')}`], {
      PATH: `${FAKES}:${process.env.PATH}`,
      ...{ MIC_DIR: home.dir, MIC_SCRIPT: 'stall 16000' },
    });
    await daemon.said(/ready/);
    const permit = (files: number) =>
      execFileSync('prlimit', ['--pid', `${daemon.pid}`, `--nofile=${files}:4096`]);
    // Its worker is there: ZeroMQ itself can't stand a connection without a file for it.
    await loaded(daemon);
    permit(readdirSync(`/proc/${daemon.pid}/fd`).length - 4);
    daemon.program.signal('SIGUSR1');
    await daemon.said(ADVICE);
    // Longer than between two looks at the clocks.
    await sleep(6_000);
    permit(1024);
    expect(await daemon.ask('status')).toMatchObject({ state: 'recording' });
    expect(daemon.stderr()).not.toMatch(/ at .*:\d+:\d+|internal error/);
  });
});

describe('many clients of one socket', () => {
  it('do not take the last file', async () => {
    const home = openHome();
    const line = [process.execPath, DAEMON, '--device', 'cpu', '--sink', 'stdout'];
    const daemon = spawn('/bin/sh', ['-c', 'ulimit -n 160; exec "$@"', 'sh', ...line], {
      env: home.env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    onTestFinished(() => void daemon.kill('SIGKILL'));
    for await (const said of daemon.stderr) if (/ready/.test(String(said))) break;
    const silent = Array.from({ length: 100 }, () =>
      connect(home.controlSocket).on('error', () => {}),
    );
    await askDaemon(home.commandEndpoint, { action: 'status' }, 60_000);
    expect(await askSocket(home.controlSocket, '{"action":"status"}')).toMatch(/idle/);
    for (const socket of silent) socket.destroy();
  });
});

describe('a failure for want of files', () => {
  it.each([
    coded('EMFILE'),
    coded('ENFILE'),
    new Error('Too many open files (os error 24)'),
    new Error('outer', { cause: coded('EMFILE') }),
  ])('is known: %s', (cause) => {
    expect(lacksFiles(cause)).toBe(true);
    expect(adviceOn(cause, 'else')).toMatch(ADVICE);
  });

  it.each([coded('ENOENT'), 'EMFILE', null])('is none: %s', (cause) => {
    expect(adviceOn(cause, 'else')).toBe('else');
  });

  it('is told as such where a program, or the fork server, does not start', () => {
    const exit = describeStartFailure('python', coded('EMFILE'));
    expect(exit).toMatchObject({ problem: { message: expect.stringMatching(ADVICE) } });
    const { message } = nurseryProblem(exit, null);
    expect(message).toMatch(ADVICE);
    expect(message).not.toMatch(/setup/);
  });

  it('is no reason to set the fork server up again, nor is a signal', () => {
    const ended = nurseryProblem({ kind: 'signalled', signal: 'SIGKILL' }, null);
    expect(ended.message).toMatch(/started again/);
    expect(ended.message).not.toMatch(/setup/);
    expect(nurseryProblem({ kind: 'exited', code: 1 }, null).message).toMatch(/setup/);
  });
});
