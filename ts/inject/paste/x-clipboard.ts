import type { Readable } from 'node:stream';
import { within } from '../../system/deadline.js';
import { runProgram, startProgram } from '../../system/process/process.js';
import type { ClipboardDoor, ClipboardReading } from './clipboard-door.js';
import { bestKind, type Contents } from './contents.js';
import { startOwner } from './owner-process.js';

const ARGS = ['-selection', 'clipboard'];
const ANSWER_MS = 2_000;
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * The clipboard by xclip: of an X11 session, and of GNOME, which shares it with its X server. xclip offers one kind of content at a time,
 * so that of a clipboard with several the one that says most is put back.
 */
export function xClipboardDoor(env: NodeJS.ProcessEnv): ClipboardDoor {
  return {
    // The compositor hears of it from its X server, and then asks for the kinds.
    settleMs: 100,
    read: () => readBest(env),
    own: (text) =>
      startOwner({
        ...{ command: 'xclip', args: ['-verbose', ...ARGS], env, input: text },
        ...{ output: 'stderr', ifWeDie: 'killed', understand },
      }),
    keep: (contents) => keepBest(env, contents),
  };
}

/**
 * It says `Waiting for selection request number 1` when it holds the clipboard, and the next number after each time that it was asked: for
 * the text, or for the kinds only.
 */
function understand(line: string): 'owned' | 'taken' | 'nothing' {
  const number = /Waiting for selection request number (\d+)/.exec(line)?.[1];
  if (number === undefined) return 'nothing';
  return number === '1' ? 'owned' : 'taken';
}

async function readBest(env: NodeJS.ProcessEnv): Promise<ClipboardReading> {
  const targets = await readBytes(env, 'TARGETS');
  if (targets === 'silent') return FAILED;
  const kind = targets === 'nothing' ? null : bestKind(targets.toString().split('\n'));
  if (kind === null) return { kind: 'contents', contents: new Map() };
  const bytes = await readBytes(env, kind);
  if (bytes === 'silent') return FAILED;
  const contents = bytes === 'nothing' ? [] : ([[kind, bytes.toString('base64')]] as const);
  return { kind: 'contents', contents: new Map(contents) };
}

const FAILED: ClipboardReading = {
  kind: 'failed',
  message: 'the clipboard could not be read, or holds more than 32 MB',
};

async function readBytes(
  env: NodeJS.ProcessEnv,
  target: string,
): Promise<Buffer | 'nothing' | 'silent'> {
  const program = startProgram('xclip', [...ARGS, '-o', '-t', target], {
    ...{ env, stdout: 'pipe', ifWeDie: 'swept' },
  });
  if (program.stdout === null) return 'silent';
  const bytes = await within(collect(program.stdout), ANSWER_MS);
  const exit = bytes === null ? await program.terminate(200) : await program.exited;
  if (bytes === null || bytes === 'too_much') return 'silent';
  return exit.kind === 'exited' && exit.code === 0 ? bytes : 'nothing';
}

function collect(stream: Readable): Promise<Buffer | 'too_much'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_BYTES) resolve('too_much');
      else chunks.push(chunk);
    });
    stream.on('close', () => resolve(Buffer.concat(chunks)));
  });
}

async function keepBest(env: NodeJS.ProcessEnv, contents: Contents): Promise<boolean> {
  const kind = bestKind([...contents.keys()]);
  const bytes = kind === null ? undefined : contents.get(kind);
  if (kind === null || bytes === undefined) return true;
  const isText = kind.startsWith('text/plain') || !kind.includes('/');
  const target = isText ? [] : ['-t', kind];
  const { code } = await runProgram('xclip', [...ARGS, ...target], {
    ...{ env, timeoutMs: ANSWER_MS, input: Buffer.from(bytes, 'base64') },
  });
  return code === 0;
}
