import type { Decision } from '../../ts/domain/actions.js';
import type { PolicyFact } from '../../ts/domain/events.js';
import { compareLevels } from '../../ts/policy/memory/levels.js';
import { nextWakeS } from '../../ts/policy/telling/wake.js';
import type { World } from './world.js';

/** Breaches of what must hold after each single event; empty when all is well. */
export function watchRules(world: World): string[] {
  const breaches: string[] = [];
  const moves = new Map<string, number>();
  let personal = false;
  world.onStep = (_world, fact, decisions) => {
    personal ||= fact.kind === 'migrate';
    for (const breach of afterEach(world, fact, decisions)) breaches.push(breach);
    if (personal) return;
    for (const { action, atS } of decisions) {
      if (action.kind !== 'move_vad' && action.kind !== 'move_stt') continue;
      const last = moves.get(action.kind);
      if (last !== undefined && atS - last < 60) {
        breaches.push(`${atS}: ${action.kind} ${atS - last} s after the last`);
      }
      moves.set(action.kind, atS);
    }
  };
  return breaches;
}

function* afterEach(
  world: World,
  fact: PolicyFact,
  decisions: readonly Decision[],
): Generator<string> {
  const { state } = world;
  const { figures, card } = state;
  const full = figures !== null && card !== null && figures.usedMb >= card.thresholds.criticalMb;
  if (full && state.vad.device === 'cuda') yield `${state.atS}: VAD on the card at critical`;
  if (full && state.gpu.kind === 'loading' && state.gpu.vad) {
    yield `${state.atS}: VAD on its way to the card at critical`;
  }
  const wakeS = nextWakeS(state);
  if (wakeS !== null && wakeS <= state.atS) yield `${state.atS}: wakes at once after ${fact.kind}`;
  let running = 0;
  for (const { action } of decisions) {
    if (action.kind === 'transcribe') {
      running += 1;
      if (action.device === 'cuda' && state.breaker.kind !== 'closed') {
        yield `${state.atS}: the card is used while the breaker is ${state.breaker.kind}`;
      }
    }
    const places = action.kind === 'move_vad' || action.kind === 'move_stt';
    if (
      places &&
      action.device === 'cuda' &&
      compareLevels(state.pressure.level, 'critical') >= 0
    ) {
      yield `${state.atS}: ${action.kind} to the card at ${state.pressure.level}`;
    }
  }
  if (running > 1) yield `${state.atS}: two transcriptions at once`;
}

/** Breaches of what must hold at the end of a world that ended well. */
export function judgeEnd(world: World): string[] {
  const breaches: string[] = [];
  const told = new Map<number, number>();
  for (const { utterance } of world.texts) told.set(utterance, (told.get(utterance) ?? 0) + 1);
  for (const utterance of world.spoken) {
    const times = told.get(utterance) ?? 0;
    const kept = world.givenUp.has(utterance);
    if (times > 1) breaches.push(`utterance ${utterance} has ${times} texts`);
    if (times === 1 && kept) breaches.push(`utterance ${utterance} has a text and is pending`);
    if (times === 0 && !kept) breaches.push(`utterance ${utterance} is lost`);
  }
  return breaches;
}
