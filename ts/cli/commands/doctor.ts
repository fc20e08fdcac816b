import { isCanaryOnCpu } from '../../config/derived.js';
import { Problem } from '../../domain/problem.js';
import { type CliContext, type CommandRun, hasFlag, print } from '../context.js';
import { checkCard, checkMemory } from '../doctor/card.js';
import { broken, type Check, fine } from '../doctor/check.js';
import { checkDaemon } from '../doctor/daemon.js';
import { checkInjector, checkSession } from '../doctor/desktop.js';
import { checkEngine } from '../doctor/engine.js';
import { checkHotkeys } from '../doctor/hotkeys.js';
import { checkMicrophone } from '../doctor/microphone.js';
import { formatTable } from '../screen/format.js';

/** Exit code 1 where something is to be typed. */
export const run: CommandRun = async (call) => {
  const { context } = call;
  const checks = await examine(context);
  const ok = checks.every((check) => check.ok);
  if (hasFlag(call, 'json')) print(context.stdout, JSON.stringify({ ok, checks }));
  else print(context.stdout, ...formatTable(checks.map(toRow), 'lll'));
  return ok ? 0 : 1;
};

async function examine(context: CliContext): Promise<readonly Check[]> {
  const { env } = context;
  const [microphone, injector, card] = await Promise.all([
    chosenDevice(context).then((device) => checkMicrophone(env, device)),
    checkInjector(env),
    checkCard(env),
  ]);
  const rest = await checkConfigured(context, card.usable);
  return [...microphone, injector, checkSession(env), ...card.checks, checkMemory(), ...rest];
}

/** Of a configuration that is wrong nothing is known yet; its own check says what. */
async function chosenDevice(context: CliContext): Promise<string> {
  try {
    return (await readConfig(context)).audio.device;
  } catch (error) {
    if (error instanceof Problem) return '';
    throw error;
  }
}

async function readConfig({ configFile, env }: CliContext) {
  const { loadConfig } = await import('../../config/load-config.js');
  return loadConfig({ ...(configFile === undefined ? {} : { file: configFile }), env });
}

/** What needs the configuration, and the configuration itself. */
async function checkConfigured(context: CliContext, card: boolean): Promise<readonly Check[]> {
  try {
    const config = await readConfig(context);
    const wanted = card || isCanaryOnCpu(config);
    const engine = await checkEngine(context.env, config.stt, wanted);
    const hotkeys = await checkHotkeys(context, config.hotkeys);
    return [fine('config', config.file), hotkeys, ...engine, ...(await checkDaemon(context))];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return [broken('config', error.message, 'correct the file')];
  }
}

function toRow({ name, ok, detail, fix }: Check): readonly string[] {
  return [ok ? 'ok' : '✗', name, fix === null ? detail : `${detail} → ${fix}`];
}
