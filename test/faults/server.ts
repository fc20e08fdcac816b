import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningProgram, runProgram, startProgram } from '../../ts/system/process/process.js';
import { freePort } from '../support/free-port.js';
import { PROGRAMS } from './desk.js';
import type { Fault } from './faults.js';
import type { MomentName } from './moments.js';
import type { Rig } from './rig.js';

const PYTHON = resolve('.venv/bin/python');
const MOMENTS: readonly MomentName[] = ['idle', 'midWord', 'pause', 'transcription', 'midTyping'];
const AT_WORK: readonly MomentName[] = ['midWord', 'transcription'];
/** Longer than a sentence and what is waited for it, so that the other rung must have had it. */
const MEND_AFTER_MS = 4_000;
const servers = new WeakMap<Rig, Server>();

/** An engine on another machine: a program of its own that hears with the embedded engine, as the first rung of the daemon. */
class Server {
  private program: RunningProgram | null = null;

  constructor(
    private readonly rig: Rig,
    readonly port: number,
    private readonly tls: boolean,
  ) {}

  order(kind: string): void {
    writeFileSync(this.file('order'), kind);
  }

  async start(): Promise<void> {
    const certificates = ['cert.pem', 'stranger.pem'].map((name) =>
      this.tls ? this.file(name) : '',
    );
    const about = [String(this.port), this.file('order'), ...certificates];
    const program = startProgram(PYTHON, [`${PROGRAMS}/speech_server.py`, ...about], {
      env: { ...process.env, PYTHONPATH: resolve('py-worker') },
      stdout: 'pipe',
      stderr: 'inherit',
      ifWeDie: 'ends_itself',
    });
    this.program = program;
    await new Promise<void>((done, fail) => {
      program.stdout?.once('data', () => done());
      void program.exited.then(() => fail(new Error('the server ended at its start')));
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.program?.signal(signal);
  }

  async end(): Promise<void> {
    this.signal('SIGKILL');
    await this.program?.exited;
  }

  private file(name: string): string {
    return this.rig.workspace.file(name);
  }
}

function serverOf(rig: Rig): Server {
  const server = servers.get(rig);
  if (server === undefined) throw new Error('there is no server');
  return server;
}

async function openServer(rig: Rig, tls: boolean): Promise<string | null> {
  if (!existsSync(PYTHON)) return 'there is no Python environment';
  if (tls && !(await makeCertificates(rig))) return 'openssl is missing';
  const server = new Server(rig, await freePort(), tls);
  servers.set(rig, server);
  rig.own(() => server.end());
  server.order('well');
  await server.start();
  const config = readFileSync(rig.workspace.file('config/swictation/config.toml'), 'utf8');
  const scheme = tls ? 'https' : 'http';
  const trust = tls ? `ca_file = "${rig.workspace.file('ca.pem')}"\n` : '';
  const url = `url = "${scheme}://127.0.0.1:${server.port}"\n`;
  writeFileSync(
    rig.workspace.file('config/swictation/config.toml'),
    `${config}[remote]\n${url}order = "first"\n${trust}`,
  );
  return null;
}

/** Two that have nothing to do with each other; one of them is named in the configuration. */
async function makeCertificates(rig: Rig): Promise<boolean> {
  for (const name of ['cert', 'stranger']) {
    const [key, certificate] = [
      rig.workspace.file(`${name}.key`),
      rig.workspace.file(`${name}.crt`),
    ];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const args = [...made, ...subject, '-keyout', key, '-out', certificate];
    const { kind, code } = await runProgram('openssl', args, { timeoutMs: 60_000 });
    if (kind !== 'ended' || code !== 0) return false;
    const both = `${readFileSync(key, 'utf8')}${readFileSync(certificate, 'utf8')}`;
    writeFileSync(rig.workspace.file(`${name}.pem`), both, { mode: 0o600 });
    if (name === 'cert') writeFileSync(rig.workspace.file('ca.pem'), readFileSync(certificate));
  }
  return true;
}

/** It answers otherwise from the strike on, and well again a while later. */
function answering(kind: string, name: string, moments: readonly MomentName[]): Fault {
  const tls = kind === 'stranger';
  return {
    name: `server ${name}`,
    moments,
    prepare: (rig) => openServer(rig, tls),
    strike: async (rig) => serverOf(rig).order(kind),
    async mend(rig) {
      await sleep(MEND_AFTER_MS);
      serverOf(rig).order('well');
    },
  };
}

export const SERVER_FAULTS: readonly Fault[] = [
  {
    name: 'server SIGKILL',
    moments: MOMENTS,
    prepare: (rig) => openServer(rig, false),
    strike: async (rig) => serverOf(rig).signal('SIGKILL'),
  },
  {
    name: 'server SIGSTOP',
    moments: MOMENTS,
    prepare: (rig) => openServer(rig, false),
    strike: async (rig) => serverOf(rig).signal('SIGSTOP'),
    async mend(rig) {
      await sleep(MEND_AFTER_MS);
      serverOf(rig).signal('SIGCONT');
    },
  },
  {
    name: 'server restarts',
    moments: MOMENTS,
    prepare: (rig) => openServer(rig, false),
    async strike(rig) {
      await serverOf(rig).end();
      await serverOf(rig).start();
    },
  },
  answering('slow', 'is slow', AT_WORK),
  answering('garbage', 'answers garbage', AT_WORK),
  answering('large', 'answers too much', AT_WORK),
  answering('half', 'answers by half', AT_WORK),
  answering('break', 'breaks the connection', AT_WORK),
  ...['401', '404', '429', '500', '503'].map((status) =>
    answering(status, `answers ${status}`, AT_WORK),
  ),
  answering('stranger', 'shows a certificate of a stranger', AT_WORK),
];
