import { readFileSync } from 'node:fs';
import { unlessForeign } from '../../system/foreign-file.js';
import { resolvePaths } from '../../system/paths.js';
import type { CliContext } from '../context.js';
import { readEndpoints } from './endpoints.js';

/** As ts/config has it; test/cli/control-path.test.ts holds both together. */
const DEFAULT_PATH = '/tmp/swictation.sock';

/**
 * Control socket of the first generation. A key binding runs `swictation toggle`, so every millisecond
 * before recording counts: where the configuration plainly does not name another socket, it is not parsed
 * (which would cost as long as all the rest).
 */
export async function findControlSocket(context: CliContext): Promise<string> {
  const { configFile, ownControlSocket } = resolvePaths(context.env);
  if (context.configFile === undefined && !mayNameSocket(configFile)) {
    return unlessForeign(DEFAULT_PATH, ownControlSocket);
  }
  return (await readEndpoints(context)).socketPath;
}

/** True also for a file that can't be read: whoever parses it says what is wrong. */
function mayNameSocket(file: string): boolean {
  try {
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim());
    return lines.some((line) => !HARMLESS.has(line) && !line.startsWith('#') && SUSPECT.test(line));
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}

const HARMLESS: ReadonlySet<string> = new Set(['[control]', `socket_path = "${DEFAULT_PATH}"`]);
/** A key may be written inline, dotted, quoted or with escapes; all of these show one of these signs. */
const SUSPECT = /control|(?<!metrics_)socket_path(?!_v2)|\\/;
