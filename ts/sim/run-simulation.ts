import type { Timeline, WorldEvent } from '../domain/simulation.js';
import { happen, poisonBySleep } from './happen.js';
import { type SimulationVerdict, summarize } from './report/summary.js';
import { Run } from './run.js';
import { Sleep } from './sleep.js';
import type { Watch } from './watch.js';

/** After its last event the world stays as it is until all text is there; so long without a text, thrice the longest wait for a probe, ends it. */
const LONGEST_AFTERLIFE_S = 60 * 60;

/**
 * Runs the policy over a modelled card: yields lines of JSON, decisions first, the summary last. Time starts
 * at 0; a timeline without `end` ends with its last event. Nothing is kept of the output.
 */
export function* simulate(
  timeline: Timeline,
  watch: Watch = {},
): Generator<string, SimulationVerdict> {
  const run = new Run(timeline.world, watch);
  const sleep = new Sleep();
  start(run, timeline);
  let nowS = 0;
  for (const event of timeline.events) {
    yield* hearBeginning(run, sleep, event, nowS);
    yield* advance(run, sleep, event.atS);
    nowS = event.atS;
    apply(run, sleep, event);
    if (event.end === true) break;
  }
  nowS = yield* live(run, sleep, nowS);
  return yield* conclude(run, nowS);
}

function start(run: Run, timeline: Timeline): void {
  const { gpu, totalMb, smallSttMb } = timeline.world;
  const hostFreeMb = run.machine.hostFreeMb();
  const card = gpu ? { totalMb } : null;
  const small = smallSttMb === null ? {} : { small: { sttMb: smallSttMb, demand: null } };
  run.tell({ kind: 'start', card, hostFreeMb, breaker: null, demand: null, ...small });
}

/** Lets everything happen that is due by `untilS`. */
function* advance(run: Run, sleep: Sleep, untilS: number): Generator<string, void> {
  for (;;) {
    if (run.lines.length > 0) yield* takeLines(run);
    if (sleep.asleep) return;
    const nextS = run.nextS();
    if (sleep.isDue(nextS, untilS)) fallAsleep(run, sleep);
    else if (nextS <= untilS) run.step();
    else break;
  }
  run.machine.nowS = Math.max(run.machine.nowS, untilS - run.sleptS);
}

/** Who dictates has opened the microphone when the first word begins, so a card that was left to itself gets ready. */
function* hearBeginning(
  run: Run,
  sleep: Sleep,
  event: WorldEvent,
  nowS: number,
): Generator<string, void> {
  if (event.speechS === undefined) return;
  yield* advance(run, sleep, Math.max(nowS, event.atS - event.speechS));
  if (!sleep.asleep && run.mind.state.resting) run.tell({ kind: 'microphone_opened' });
}

function fallAsleep(run: Run, sleep: Sleep): void {
  run.machine.nowS = Math.max(run.machine.nowS, sleep.dueS - run.sleptS);
  sleep.fall();
  poisonBySleep(run.machine);
}

function apply(run: Run, sleep: Sleep, event: WorldEvent): void {
  happen(run.machine, event);
  if (!sleep.asleep) run.settle();
  if (event.resume === true) wakeUp(run, sleep, event.atS);
  if (event.speechS !== undefined) {
    const utterance = run.speak(event.speechS, event.atS);
    sleep.tell(run, { kind: 'utterance', utterance, seconds: event.speechS, speculative: false });
  }
  if (event.migrate !== undefined) sleep.tell(run, { kind: 'migrate', ...event.migrate });
  if (event.suspend === true && sleep.prepare(event.atS)) run.tell({ kind: 'suspend' });
}

function wakeUp(run: Run, sleep: Sleep, atS: number): void {
  if (sleep.asleep) run.sleptS = atS - run.machine.nowS;
  const missed = sleep.wake();
  run.tell({ kind: 'resume' });
  for (const fact of missed) run.tell(fact);
}

/** Returns when the world ended, on its own clock. */
function* live(run: Run, sleep: Sleep, endS: number): Generator<string, number> {
  let nowS = endS;
  let lastS = endS + LONGEST_AFTERLIFE_S;
  let left = run.speech.unwrittenCount();
  while (!sleep.asleep && left > 0) {
    nowS = Math.max(nowS, run.nextS());
    if (nowS > lastS) return lastS;
    yield* advance(run, sleep, nowS);
    if (run.speech.unwrittenCount() < left) lastS = nowS + LONGEST_AFTERLIFE_S;
    left = run.speech.unwrittenCount();
  }
  if (run.lines.length > 0) yield* takeLines(run);
  return nowS;
}

function* conclude(run: Run, nowS: number): Generator<string, SimulationVerdict> {
  run.times.close(nowS);
  const unwritten = run.speech.unwritten();
  const remembered = run.mind.remembered();
  const held = unwritten.filter((id) => run.givenUp.has(id) || remembered.has(id));
  const lost = unwritten.length - held.length;
  yield summarize({ ...outcomeOf(run), pending: held.length, lost });
  return { lost };
}

function outcomeOf(run: Run) {
  const { speech, machine, tally, times } = run;
  return { speech, machine, tally, times };
}

function* takeLines(run: Run): Generator<string, void> {
  const { lines } = run;
  run.lines = [];
  yield* lines;
}
