import type { Decision } from '../../domain/actions.js';
import type { PolicySettings } from '../../domain/policy-settings.js';
import { Problem } from '../../domain/problem.js';
import type { RecordedLine } from '../../domain/recorded-run.js';
import { decide } from '../decide.js';
import { initialState, type PolicyState } from '../state/state.js';
import type { PolicyStep } from './historian.js';

/** Decides a recorded run anew: the same decisions as live. @throws {Problem} where an event comes before the settings. */
export function replay(lines: Iterable<RecordedLine>): readonly Decision[] {
  return [...replaySteps(lines)].flatMap(({ decisions }) => decisions);
}

/** Its turns, one by one. @throws {Problem} where an event comes before the settings. */
export function* replaySteps(lines: Iterable<RecordedLine>): Generator<PolicyStep> {
  let settings: PolicySettings | null = null;
  let state: PolicyState | null = null;
  for (const line of lines) {
    if ('settings' in line) {
      settings = line.settings;
      state ??= initialState(settings);
      continue;
    }
    if (settings === null || state === null) throw withoutSettings();
    const step = decide(state, line.event, settings);
    state = step.state;
    const { event } = line;
    yield { atS: event.atS, fact: event, state, decisions: step.decisions };
  }
}

function withoutSettings(): Problem {
  return new Problem(
    'replay_without_settings',
    'the recorded run does not begin with its settings; record it again from the start of the daemon',
  );
}
