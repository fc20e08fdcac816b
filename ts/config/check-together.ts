import { nameLanguage } from '../domain/language.js';
import { Problem } from '../domain/problem.js';
import { findEndpointFlaw, findPathFlaw, ipcPath } from '../protocol/endpoint.js';
import { findUrlFlaw } from '../protocol/remote.js';
import type { CardLimits, Config } from './config.js';

/** Card memory levels from the lowest limit to the highest. */
export const LEVELS = ['warning', 'critical', 'guard', 'emergency'] as const;

/** What one key can't show: sockets that are possible and different, limits that rise. Throws a Problem. */
export function checkTogether(file: string, config: Omit<Config, 'notes'>): void {
  checkSockets(file, config.control);
  checkRemote(file, config.remote);
  checkTranslation(file, config.stt);
  checkLimits(file, 'mb', config.gpu.limitsMb);
  checkLimits(file, 'percent', config.gpu.limitsPercent);
}

function checkSockets(file: string, control: Config['control']): void {
  const sockets = [
    ['socket_path', control.socketPath],
    ['socket_path_v2', control.socketPathV2],
    ['metrics_socket_path', control.metricsSocketPath],
    ['metrics_socket_path_v2', control.metricsSocketPathV2],
    ['zeromq_command', control.zeromqCommand],
    ['zeromq_events', control.zeromqEvents],
  ] as const;
  const taken = new Map<string, string>();
  for (const [key, value] of sockets) {
    const flaw = key.startsWith('zeromq') ? findEndpointFlaw(value) : findPathFlaw(value);
    if (flaw !== null) throw invalid(file, 'control', key, value, flaw);
    const place = ipcPath(value) ?? value;
    const other = taken.get(place);
    if (other !== undefined) throw invalid(file, 'control', key, value, `${other} has it already`);
    taken.set(place, key);
  }
}

function checkRemote(file: string, { url }: Config['remote']): void {
  if (url === null) return;
  const flaw = findUrlFlaw(url);
  if (flaw !== null) throw invalid(file, 'remote', 'url', url, flaw);
}

/** Every model that translates does so from English or into it. */
function checkTranslation(file: string, { language, translateTo }: Config['stt']): void {
  if (translateTo === null || language === 'en' || translateTo === 'en') return;
  const allowed = `allowed is "en", since ${nameLanguage(language)} is translated into English only`;
  throw invalid(file, 'stt', 'translate_to', translateTo, allowed);
}

function checkLimits(file: string, unit: 'mb' | 'percent', limits: CardLimits): void {
  let below: readonly [string, number] | null = null;
  for (const level of LEVELS) {
    const limit = limits[level];
    if (limit === null) continue;
    const key = `${level}_${unit}`;
    if (below !== null && limit < below[1]) {
      throw invalid(file, 'gpu', key, limit, `must not be below ${below[0]} = ${below[1]}`);
    }
    below = [key, limit];
  }
}

function invalid(
  file: string,
  section: string,
  key: string,
  value: string | number,
  flaw: string,
): Problem {
  const shown = JSON.stringify(value);
  return new Problem('config_invalid', `${file}: [${section}] ${key} = ${shown}: ${flaw}`);
}
