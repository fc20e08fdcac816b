import { Problem } from '../../domain/problem.js';
import { runProgram } from '../../system/process/process.js';
import { pythonEnvironment } from '../../system/python.js';
import type { CliContext } from '../context.js';

const ANSWER_MS = 20_000;
/** The lock holds checksums for these: 3.11 first, whose wheels all of its packages have. */
const SUPPORTED = ['3.11', '3.12', '3.13', '3.14'] as const;
const CANDIDATES = [...SUPPORTED.map((version) => `python${version}`), 'python3'] as const;
const SCRIPT = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2], sys.executable)';
const ADVICE = 'Debian and Ubuntu: sudo apt install python3 python3-venv';

export interface BasePython {
  /** `3.12` */
  readonly version: string;
  readonly command: string;
}

/**
 * The Python that an environment is made from: `wanted`, or the first supported one on the PATH that can make one.
 *
 * @throws Problem `python_missing` where there is none.
 */
export async function findBasePython(env: CliContext['env'], wanted?: string): Promise<BasePython> {
  for (const candidate of wanted === undefined ? CANDIDATES : [wanted]) {
    const found = await describe(candidate, env);
    if (found !== null && isSupported(found.version)) return found;
    if (found !== null && wanted !== undefined) {
      throw missing(`${wanted} is Python ${found.version}; supported are ${range()}`);
    }
  }
  const what = wanted ?? `Python ${range()}`;
  throw missing(`${what} with venv is missing: install it (${ADVICE})`);
}

async function describe(command: string, env: CliContext['env']): Promise<BasePython | null> {
  const answer = await runProgram(command, ['-c', SCRIPT], {
    env: pythonEnvironment(env, ''),
    timeoutMs: ANSWER_MS,
  });
  if (answer.kind !== 'ended' || answer.code !== 0) return null;
  const [version = '', executable] = answer.stdout.trim().split(' ');
  return { version, command: executable ?? command };
}

function isSupported(version: string): boolean {
  return SUPPORTED.some((one) => one === version);
}

function range(): string {
  return `${SUPPORTED[0]} to ${SUPPORTED.at(-1)}`;
}

function missing(message: string): Problem {
  return new Problem('python_missing', message);
}
