import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Ballast } from './ballast.js';
import { restartBehindClipboard } from './clipboard.js';
import { PROGRAMS } from './desk.js';
import { Logind } from './logind.js';
import type { MomentName } from './moments.js';
import type { Rig } from './rig.js';
import { SERVER_FAULTS } from './server.js';
import { RATE_HZ } from './spoken.js';

/** Something that goes wrong. */
export interface Fault {
  readonly name: string;
  readonly device?: 'sim';
  /** Where texts go, if not to wtype. */
  readonly sink?: 'auto';
  /** Where the speech comes from, if not from the microphone: files are played as fast as people speak. */
  readonly source?: 'file';
  /** A rate is told by the clock: nobody may speak faster than people do. */
  readonly speed?: 1;
  /** The moments of `make faults`; all others are left to random rounds. */
  readonly moments: readonly MomentName[];
  /** The environment that the daemon needs for it. */
  env?(): NodeJS.ProcessEnv;
  /** Before the daemon starts. Returns why it can't be done on this machine, if so. */
  prepare?(rig: Rig): Promise<string | null>;
  /** Finds what it strikes beforehand, so that the blow itself waits for nothing; what is gone by then is spared. */
  aim?(rig: Rig): Promise<() => void>;
  strike(rig: Rig): Promise<void>;
  /** Takes the fault away, where it does not end by itself. */
  mend?(rig: Rig): Promise<void>;
}

const ALL: readonly MomentName[] = [
  'idle',
  'firstFrame',
  'midWord',
  'pause',
  'transcription',
  'beforeTyping',
  'midTyping',
  'modelLoad',
  'move',
];
const AT_WORK: readonly MomentName[] = ['midWord', 'transcription', 'move'];
const TYPING: readonly MomentName[] = [
  'idle',
  'pause',
  'transcription',
  'beforeTyping',
  'midTyping',
];
const SOUND: readonly MomentName[] = [
  'firstFrame',
  'midWord',
  'pause',
  'transcription',
  'modelLoad',
];
const CLIENTS: readonly MomentName[] = ['idle', 'midWord', 'transcription', 'midTyping'];
/** A stop shorter than this is no hang; a worker that stands still is noticed after 10 s at the latest. */
const MEND_AFTER_MS = 1_500;
const SECOND_KILL_MS = 700;

export const FAULTS: readonly Fault[] = [
  { name: 'none', moments: ['idle'], strike: async () => {} },
  killWorker(
    'cpu',
    ALL.filter((moment) => moment !== 'move'),
  ),
  killWorker('gpu', ALL),
  killWorker('ear', ALL),
  stopWorker('cpu', ['transcription', 'modelLoad']),
  stopWorker('gpu', ['idle', 'transcription', 'modelLoad', 'move']),
  stopWorker('ear', ['idle', 'firstFrame', 'midWord', 'pause', 'transcription']),
  {
    name: 'SIGKILL nursery',
    moments: ['idle', 'midWord', 'transcription', 'midTyping', 'modelLoad', 'move'],
    ...signalling(null, 'SIGKILL'),
  },
  {
    name: 'SIGSTOP nursery',
    moments: ['idle', 'firstFrame', 'midWord', 'transcription', 'midTyping', 'modelLoad', 'move'],
    ...signalling(null, 'SIGSTOP'),
  },
  ...(['SIGKILL', 'SIGSTOP'] as const).map(strikeDecoder),
  endDaemon('SIGKILL', ALL),
  endDaemon('SIGTERM', ALL),
  restartBehindClipboard(endDaemon('SIGKILL', [])),
  endDaemonTwice(['idle', 'midWord', 'transcription', 'beforeTyping', 'midTyping']),
  ...['oom', 'sticky', 'wrong_result', 'ambiguous', 'driver_gone'].map(workerError),
  ...['noise', 'torn', 'other_id', 'last_id', 'wrong_kind', 'wrong_fields'].map(corruptAnswer),
  microphone('garbage', SOUND),
  microphone('die', SOUND),
  microphone('stall', ['midWord']),
  microphone('late', SOUND),
  doubledRate(),
  typingFault('exit', 'injector exits 1'),
  typingFault('hang', 'injector hangs'),
  {
    name: 'injector is missing',
    moments: TYPING,
    strike: async (rig) => {
      rig.desk.uninstall('wtype');
      rig.desk.takeBack('typing');
    },
    mend: async (rig) => {
      await untilFailedText(rig);
      rig.desk.install('wtype');
    },
  },
  {
    name: 'journal disk full',
    moments: ['idle', 'firstFrame', 'midWord', 'transcription', 'midTyping'],
    prepare: (rig) => Ballast.mount(rig),
    strike: async (rig) => Ballast.of(rig).fill(),
    mend: async (rig) => {
      await sleep(MEND_AFTER_MS);
      Ballast.of(rig).free();
    },
  },
  {
    name: 'clock jump',
    moments: ['idle', 'midWord', 'transcription', 'midTyping'],
    env: () => ({ NODE_OPTIONS: `--import=${PROGRAMS}/clock.mjs` }),
    strike: async (rig) => {
      process.kill(rig.daemon.pid, 'SIGURG');
    },
    mend: async (rig) => {
      await sleep(MEND_AFTER_MS);
      process.kill(rig.daemon.pid, 'SIGURG');
    },
  },
  {
    name: 'suspend and resume',
    device: 'sim',
    moments: ['idle', 'midWord', 'transcription', 'midTyping', 'modelLoad', 'move'],
    prepare: (rig) => Logind.start(rig),
    strike: async (rig) => Logind.of(rig).announce(true),
    mend: async (rig) => {
      await sleep(MEND_AFTER_MS);
      Logind.of(rig).announce(false);
    },
  },
  {
    name: 'two toggles within 50 ms',
    moments: ['firstFrame', 'midWord', 'pause', 'transcription', 'midTyping'],
    strike: twoToggles,
  },
  { name: '500 clients', moments: CLIENTS, strike: async (rig) => openClients(rig, 500) },
  { name: 'metrics client never reads', moments: CLIENTS, strike: neverRead },
  ...SERVER_FAULTS,
];

function killWorker(role: string, moments: readonly MomentName[]): Fault {
  return {
    name: `SIGKILL ${role} worker`,
    moments,
    ...(role === 'gpu' ? { device: 'sim' } : {}),
    ...signalling(role, 'SIGKILL'),
  };
}

function stopWorker(role: string, moments: readonly MomentName[]): Fault {
  return {
    name: `SIGSTOP ${role} worker`,
    moments,
    ...(role === 'gpu' ? { device: 'sim' } : {}),
    ...signalling(role, 'SIGSTOP'),
  };
}

/** The process of a worker, of the nursery where `role` is null. */
function signalling(role: string | null, signal: NodeJS.Signals): Pick<Fault, 'aim' | 'strike'> {
  const aim = async (rig: Rig) => {
    const pid = await rig.appeared(role);
    return () => signalIfThere(pid, signal);
  };
  return { aim, strike: async (rig) => (await aim(rig))() };
}

/** The program that reads the file which is played. */
function strikeDecoder(signal: 'SIGKILL' | 'SIGSTOP'): Fault {
  const aim = async (rig: Rig) => {
    const pid = await rig.decoderPid();
    return () => {
      if (pid !== null) signalIfThere(pid, signal);
    };
  };
  return {
    name: `${signal} decoder`,
    source: 'file',
    speed: 1,
    moments: ['firstFrame', 'midWord', 'pause', 'transcription', 'midTyping'],
    aim,
    strike: async (rig) => (await aim(rig))(),
  };
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** The daemon ends and starts again; the speaker goes on with the next sentence. */
function endDaemon(signal: 'SIGKILL' | 'SIGTERM', moments: readonly MomentName[]): Fault {
  return {
    name: `${signal} daemon`,
    moments,
    async strike(rig) {
      if (signal === 'SIGKILL') await rig.caughtUp();
      rig.daemon.program.signal(signal);
      rig.desk.takeBack('typing');
      await rig.daemon.program.exited;
    },
    mend: (rig) => startAgain(rig, signal),
  };
}

/** Of a clean end nothing may be missing. */
async function startAgain(rig: Rig, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const atSample = rig.desk.position;
  const next = rig.speech.sentences.find(({ fromSample }) => fromSample >= atSample);
  const resumedSample = next === undefined ? rig.speech.samples : next.fromSample - 0.2 * RATE_HZ;
  rig.cuts.push({ atSample, resumedSample, lossS: signal === 'SIGKILL' ? 0.25 : 0 });
  rig.desk.position = resumedSample;
  await rig.start();
  if (next !== undefined) await rig.toggle();
}

/** Killed again before its models are there, in the middle of the repair of what the first time left. */
function endDaemonTwice(moments: readonly MomentName[]): Fault {
  const once = endDaemon('SIGKILL', moments);
  return {
    ...once,
    name: 'SIGKILL daemon twice within 3 s',
    async mend(rig) {
      await startAgain(rig, 'SIGKILL');
      await sleep(SECOND_KILL_MS);
      await once.strike(rig);
      await startAgain(rig, 'SIGKILL');
    },
  };
}

function workerError(fault: string): Fault {
  return {
    name: `worker error ${fault}`,
    device: 'sim',
    moments:
      fault === 'sticky' ? ['idle', ...AT_WORK, 'modelLoad'] : ['midWord', 'modelLoad', 'move'],
    strike: async (rig) => {
      await rig.daemon.ask('sim', { fault });
    },
  };
}

function corruptAnswer(kind: string): Fault {
  return {
    name: `corrupt answer (${kind})`,
    moments:
      kind === 'noise'
        ? ['idle', 'midWord', 'transcription', 'move']
        : ['midWord', 'transcription'],
    env: () => ({ SWICTATION_PYTHON: `${PROGRAMS}/corrupt-python` }),
    strike: async (rig) => rig.desk.order('corrupt', kind),
  };
}

function microphone(
  order: 'garbage' | 'die' | 'stall' | 'late',
  moments: readonly MomentName[],
): Fault {
  const names = {
    garbage: 'garbage from the microphone',
    die: 'microphone program dies',
    stall: 'microphone stalls',
    late: 'microphone is held up, then gives all at once',
  };
  return {
    name: names[order],
    moments,
    strike: async (rig) => rig.desk.order('mic', order),
  };
}

/** It gives twice the samples from now on; a fifth of a second is over before that is certain. */
function doubledRate(): Fault {
  return {
    name: 'microphone gives the doubled rate',
    speed: 1,
    moments: ['midWord', 'pause'],
    async strike(rig) {
      const atSample = rig.desk.position;
      rig.desk.order('mic', 'double');
      rig.cuts.push({ atSample, resumedSample: atSample + 0.3 * RATE_HZ, lossS: 0 });
    },
  };
}

/** What is being typed goes out as a whole; the call after it meets the fault. */
function typingFault(order: 'exit' | 'hang', name: string): Fault {
  return {
    name,
    moments: TYPING,
    strike: async (rig) => rig.desk.order('typing', order),
    mend: async (rig) => {
      await untilFailedText(rig);
      rig.desk.takeBack('typing');
    },
  };
}

async function untilFailedText(rig: Rig): Promise<void> {
  await rig.until(async () => (await rig.pending()).length > 0);
}

async function twoToggles(rig: Rig): Promise<void> {
  const atSample = rig.desk.position;
  await Promise.all([rig.toggle(), rig.toggle()]);
  // Sound that nobody listened to is not played: the speaker goes on where the program ended.
  rig.cuts.push({ atSample, resumedSample: atSample, lossS: 0 });
}

function openClients(rig: Rig, count: number): void {
  const sockets: Socket[] = [];
  for (let at = 0; at < count; at += 1) {
    const socket = connect(rig.workspace.controlSocket);
    socket.on('error', () => {});
    if (at % 2 === 0) socket.end('{"action":"status"}');
    sockets.push(socket);
  }
  rig.own(() => {
    for (const socket of sockets) socket.destroy();
  });
}

async function neverRead(rig: Rig): Promise<void> {
  for (let at = 0; at < 20; at += 1) {
    const socket = connect(rig.workspace.metricsSocket);
    socket.on('error', () => {});
    socket.pause();
    rig.own(() => void socket.destroy());
  }
}
