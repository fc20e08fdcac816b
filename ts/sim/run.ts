import type { Decision } from '../domain/actions.js';
import type { Rung } from '../domain/device.js';
import type { PolicyFact } from '../domain/events.js';
import type { SimulatedWorld } from '../domain/simulation.js';
import type { PolicyState } from '../policy/state/state.js';
import { perform } from './effects/effects.js';
import { Machine } from './machine/machine.js';
import { Mind } from './mind.js';
import { LevelTimes } from './report/level-times.js';
import { reportDecision } from './report/report.js';
import { SpeechBook } from './report/speech-book.js';
import { createTally, tallyAction } from './report/tally.js';
import type { Watch } from './watch.js';

/** A wake-up that was not answered by progress is repeated no sooner than this. */
const SHORTEST_WAKE_S = 0.001;

/** One run of the policy over a modelled machine: the loop that the daemon has, with the model in its place. */
export class Run {
  readonly machine: Machine;
  readonly mind: Mind;
  readonly speech = new SpeechBook();
  readonly tally = createTally();
  readonly times = new LevelTimes();
  readonly givenUp = new Set<number>();
  /** Output that nobody has taken yet. */
  lines: string[] = [];
  /** Seconds slept so far: the world's clock is ahead of the machine's by them. */
  sleptS = 0;
  private readonly watch: Watch;
  private wakeS = 0;
  private wokenS = Number.NEGATIVE_INFINITY;
  private readonly secondsOf = (utterance: number): number => this.speech.secondsOf(utterance);

  constructor(world: SimulatedWorld, watch: Watch) {
    this.machine = new Machine(world);
    this.mind = new Mind(world);
    this.watch = watch;
  }

  nowS(): number {
    return this.machine.nowS + this.sleptS;
  }

  /** Time of the next thing that happens by itself, on the world's clock. */
  nextS(): number {
    return Math.min(this.machine.nextS(), this.wakeS) + this.sleptS;
  }

  /** Lets it happen. */
  step(): void {
    if (this.machine.nextS() <= this.wakeS) this.machine.step();
    else {
      this.machine.nowS = Math.max(this.machine.nowS, this.wakeS);
      this.wokenS = this.machine.nowS;
      this.machine.tell({ kind: 'tick' });
    }
    this.settle();
  }

  /** Somebody has spoken so long until `atS`; returns the number of the utterance. */
  speak(seconds: number, atS: number): number {
    const utterance = this.speech.speak(seconds, atS);
    this.watch.onSpeech?.(utterance, seconds, atS);
    return utterance;
  }

  tell(fact: PolicyFact): void {
    this.machine.tell(fact);
    this.settle();
  }

  /** Hands every fact to the policy, and carries out what it decides, until nothing new is known. */
  settle(): void {
    const { facts } = this.machine;
    if (facts.length === 0) return;
    for (let fact = facts.shift(); fact !== undefined; fact = facts.shift()) this.deliver(fact);
    this.wakeS = Math.max(this.mind.wakeS(), this.wokenS + SHORTEST_WAKE_S);
  }

  private deliver(fact: PolicyFact): void {
    const rung = rungOf(fact, this.mind.state);
    if (rung !== null) this.write(rung.utterance, rung.device);
    const decisions = this.mind.learn(fact, this.machine.nowS);
    for (const decision of decisions) this.execute(decision);
    this.times.follow(this.mind.state, this.nowS());
    this.watch.onFact?.(fact, this.nowS(), this.mind.state, decisions);
  }

  private write(utterance: number, device: Rung): void {
    const first = this.speech.write(utterance, device, this.nowS());
    this.watch.onText?.(utterance, device, this.nowS(), first);
  }

  private execute(decision: Decision): void {
    const { action } = decision;
    const line = reportDecision(decision, decision.atS + this.sleptS);
    if (line !== null) this.lines.push(line);
    tallyAction(this.tally, action);
    if (action.kind === 'give_up') this.givenUp.add(action.utterance);
    perform(this.machine, action, this.secondsOf);
  }
}

/** The text that a fact brings, and from where; null: none. The daemon drops what another machine says too late. */
function rungOf(
  fact: PolicyFact,
  { job }: PolicyState,
): { readonly utterance: number; readonly device: Rung } | null {
  if (fact.kind === 'transcribed') {
    return { utterance: fact.utterance, device: fact.worker === 'gpu' ? 'cuda' : 'cpu' };
  }
  if (fact.kind !== 'remote_answered') return null;
  const isAwaited = job?.stage.kind === 'remote' && job.stage.attempt === fact.attempt;
  return isAwaited ? { utterance: fact.utterance, device: 'remote' } : null;
}
