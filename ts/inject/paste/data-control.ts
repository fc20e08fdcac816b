import { z } from 'zod';
import { workerFolder } from '../../system/paths.js';
import type { IfWeDie } from '../../system/process/process.js';
import { runProgram } from '../../system/process/process.js';
import { pythonCommand } from '../../system/python/environment.js';
import { pythonEnvironment } from '../../system/python.js';
import type { ClipboardDoor, ClipboardReading } from './clipboard-door.js';
import { type Contents, textContents } from './contents.js';
import { startOwner } from './owner-process.js';

/** Nothing but the standard library is needed, so that it starts in 30 ms. */
const ARGS = ['-S', '-m', 'swictation_worker.clipboard'];
const ANSWER_MS = 5_000;
/** 32 MB in base64. */
const MOST_OUTPUT = 48 * 1024 * 1024;
const contents = z.record(z.string(), z.string());

/** The clipboard of a Wayland session whose compositor has data-control: all kinds of content, and word of each paste. */
export function dataControlDoor(env: NodeJS.ProcessEnv, display: string): ClipboardDoor {
  const childEnv = { ...pythonEnvironment(env, workerFolder()), WAYLAND_DISPLAY: display };
  const run = (order: string, ifWeDie: IfWeDie, input = '') =>
    runProgram(pythonCommand(env), [...ARGS, order], {
      ...{ env: childEnv, timeoutMs: ANSWER_MS, maxOutputBytes: MOST_OUTPUT, input, ifWeDie },
    });
  return {
    settleMs: 0,
    async read() {
      const { code, stdout } = await run('read', 'ends_itself');
      return code === 0 ? understand(stdout) : { kind: 'failed', message: describeFailure(code) };
    },
    own: (text) =>
      startOwner({
        ...{ command: pythonCommand(env), args: [...ARGS, 'own'], env: childEnv, output: 'stdout' },
        ...{ input: toLine(textContents(text)), ifWeDie: 'ends_itself' },
        understand: (line) =>
          line === 'owned' ? 'owned' : line.startsWith('sent ') ? 'taken' : 'nothing',
      }),
    async keep(kept) {
      return (await run('keep', 'lives_on', toLine(kept))).code === 0;
    },
  };
}

function understand(line: string): ClipboardReading {
  try {
    return {
      kind: 'contents',
      contents: new Map(Object.entries(contents.parse(JSON.parse(line)))),
    };
  } catch {
    return { kind: 'failed', message: 'the clipboard could not be read' };
  }
}

/** Exit codes of py-worker/swictation_worker/clipboard/__main__.py. */
function describeFailure(code: number | null): string {
  if (code === 4) return 'the clipboard holds more than 32 MB, which could not be put back';
  if (code === 5) return 'the program that holds the clipboard does not answer';
  return 'the clipboard could not be read';
}

function toLine(all: Contents): string {
  return `${JSON.stringify(Object.fromEntries(all))}\n`;
}
