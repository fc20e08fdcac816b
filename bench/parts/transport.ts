import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer as createHttp, request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Dealer } from 'zeromq';
import { decodeMsgpack, encodeMsgpack } from '../../ts/protocol/msgpack.js';
import { openChannel } from '../../ts/worker/channel.js';
import type { Section } from '../report/report.js';
import { quantile } from '../report/statistics.js';

const ROUNDS = 400;
const SIZES = [
  ['32 ms (1 KiB)', 1_024],
  ['4 s (128 KB)', 128_000],
  ['30 s (960 KB)', 960_000],
] as const;

/** One way of asking: sends audio, resolves when a short answer is back. */
interface Wire {
  readonly name: string;
  ask(audio: Buffer): Promise<void>;
  close(): void;
}

/** Audio out, a short text back, between two sockets of one process, three ways side by side. */
export async function measureTransport(): Promise<Section> {
  const dir = mkdtempSync('/tmp/sw-');
  const wires = [await openOurs(dir), await openBare(dir), await openHttp(dir)];
  const rows: (readonly string[])[] = [];
  for (const [label, bytes] of SIZES) {
    const times = await measureTogether(wires, Buffer.alloc(bytes, 7));
    rows.push([
      label,
      ...times.map(
        (each) => `${quantile(each, 0.5).toFixed(3)} / ${quantile(each, 0.95).toFixed(3)}`,
      ),
    ]);
  }
  for (const wire of wires) wire.close();
  rmSync(dir, { recursive: true, force: true });
  return {
    title: 'Transport: round trip in ms, p50 / p95',
    columns: ['audio', ...wires.map(({ name }) => name)],
    rows,
    notes: [
      'Both ends in one process, taken in turn, so a noisy machine is noisy for all of them.',
    ],
  };
}

async function measureTogether(
  wires: readonly Wire[],
  audio: Buffer,
): Promise<readonly number[][]> {
  const times: number[][] = wires.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, wire] of wires.entries()) {
      const startedMs = performance.now();
      await wire.ask(audio);
      if (round >= ROUNDS / 10) times[index]?.push(performance.now() - startedMs);
    }
  }
  return times;
}

/** The daemon's own channel, msgpack header and raw frame, against a DEALER as a worker has it. */
async function openOurs(dir: string): Promise<Wire> {
  let answered: () => void = () => {};
  const channel = await openChannel(join(dir, 'data'), (_, frames) => {
    decodeMsgpack(frames[0] ?? Buffer.alloc(0));
    answered();
  });
  const dealer = new Dealer({ routingId: 'cpu.1', linger: 0 });
  dealer.connect(channel.endpoint);
  void echo(dealer);
  const hello = new Promise<void>((resolve) => {
    answered = resolve;
  });
  await dealer.send(encodeMsgpack({ type: 'hello' }));
  await hello;
  const header = encodeMsgpack({ type: 'transcribe', id: 1, format: 's16le', window_s: 40 });
  return {
    name: 'ZeroMQ + msgpack (ours)',
    async ask(audio) {
      const answer = new Promise<void>((resolve) => {
        answered = resolve;
      });
      await channel.send('cpu.1', [header, audio]);
      await answer;
    },
    close() {
      dealer.close();
      channel.close();
    },
  };
}

async function echo(dealer: Dealer): Promise<void> {
  const answer = encodeMsgpack({ type: 'text', id: 1, text: 'a short text' });
  while (!dealer.closed) {
    const frames = await dealer.receive().catch(() => null);
    if (frames !== null) await dealer.send(answer).catch(() => {});
  }
}

/** The least that could do: a length in four bytes, the audio, four bytes back. */
async function openBare(dir: string): Promise<Wire> {
  const path = join(dir, 'bare');
  const server = createServer((socket) => answerBare(socket));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const socket = connect(path);
  let answered: () => void = () => {};
  socket.on('data', () => answered());
  socket.on('error', () => socket.destroy());
  return {
    name: 'bare unix socket',
    ask: (audio) =>
      new Promise((resolve) => {
        answered = resolve;
        const length = Buffer.alloc(4);
        length.writeUInt32LE(audio.length);
        socket.write(length);
        socket.write(audio);
      }),
    close() {
      socket.destroy();
      server.close();
    },
  };
}

function answerBare(socket: Socket): void {
  let missing = -1;
  // The asking end closes first.
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    let bytes = chunk.length;
    if (missing < 0) {
      missing = chunk.readUInt32LE(0);
      bytes -= 4;
    }
    missing -= bytes;
    if (missing > 0) return;
    missing = -1;
    socket.write('text');
  });
}

async function openHttp(dir: string): Promise<Wire> {
  const socketPath = join(dir, 'http');
  const agent = new Agent({ keepAlive: true });
  const server = createHttp((incoming, outgoing) => {
    incoming.resume().on('end', () => outgoing.end('{"text":"a short text"}'));
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    name: 'HTTP over a unix socket',
    ask: (audio) =>
      new Promise((resolve, reject) => {
        const asked = request(
          { agent, socketPath, method: 'POST', path: '/transcribe' },
          (response) => {
            response.resume().on('end', resolve);
          },
        );
        asked.on('error', reject).end(audio);
      }),
    close() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}
