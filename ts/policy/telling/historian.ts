import type { Action, Decision } from '../../domain/actions.js';
import type { PolicyEvent, PolicyFact } from '../../domain/events.js';
import type { HistoryFact, HistoryItem, ModelPlace, Place } from '../../domain/history.js';
import type { PolicyState } from '../state/state.js';
import { nameOf } from './action-fields.js';
import { explain } from './why.js';

/** One turn of the policy as it is seen from outside. `atS`: on the clock that the history is told in. */
export interface PolicyStep {
  readonly atS: number;
  readonly fact: PolicyFact | PolicyEvent;
  readonly state: PolicyState;
  readonly decisions: readonly Decision[];
}

/** An utterance on its way to a text. */
interface Spoken {
  readonly endedS: number;
  readonly speechS: number;
  /** Nobody knows yet whether it has ended. */
  guess: boolean;
  attempts: number;
  text: { readonly place: Place } | null;
}

/** Utterances that are followed at the same time; a run whose texts never come must not grow. */
const MOST_OPEN = 10_000;

/**
 * Tells the history of a run from the turns of its policy: memory, where the models live, breaker, decisions and
 * texts. Holds what it has told, so that only changes are told. `texts` false: somebody else knows better when a
 * text was delivered.
 */
export class Historian {
  private memoryAtS: number | null = null;
  private card: PolicyState['card'] = null;
  private readonly told = new Map<string, string>();
  private readonly open = new Map<number, Spoken>();
  private readonly retried = new Set<number>();

  constructor(private readonly options: { readonly texts: boolean }) {}

  /** What has happened in this turn, in order. */
  follow({ atS, fact, state, decisions }: PolicyStep): readonly HistoryItem[] {
    if (fact.kind === 'utterance') this.begin(fact, atS);
    const facts = [
      ...this.tellCard(state),
      ...this.tellMemory(state),
      ...decisions.flatMap((decision) => this.tellDecision(decision)),
      ...this.tellChange('stt', { kind: 'place', model: 'stt', place: placeOfSpeech(state) }),
      ...this.tellChange('vad', { kind: 'place', model: 'vad', place: placeOfVoice(state) }),
      ...this.tellChange('breaker', { kind: 'breaker', state: state.breaker.kind }),
    ];
    const texts = this.followText(fact, atS);
    return [...facts, ...texts].map((one) => ({ atS, ...one }));
  }

  /** Whether an attempt at this utterance had failed before; asked once, when its text is there. */
  wasRescued(utterance: number): boolean {
    return this.retried.delete(utterance);
  }

  private tellCard(state: PolicyState): readonly HistoryFact[] {
    if (state.card === null || state.card === this.card) return [];
    this.card = state.card;
    const { totalMb, thresholds } = state.card;
    return [{ kind: 'card', totalMb, thresholds }];
  }

  private tellMemory({ figures }: PolicyState): readonly HistoryFact[] {
    if (figures === null || figures.atS === this.memoryAtS) return [];
    this.memoryAtS = figures.atS;
    const { usedMb, ownMb, reclaimableMb: cacheMb } = figures;
    return [{ kind: 'memory', usedMb, ownMb, cacheMb }];
  }

  private tellChange(name: string, fact: HistoryFact): readonly HistoryFact[] {
    const value = JSON.stringify(fact);
    if (this.told.get(name) === value) return [];
    this.told.set(name, value);
    return [fact];
  }

  private tellDecision(decision: Decision): readonly HistoryFact[] {
    const { action, figures } = decision;
    if (action.kind === 'sample') return [];
    if (isAttempt(action)) this.countAttempt(action.utterance);
    // The time stands beside it already.
    const words = explain(decision).replace(/^[\d.]+ s {2}/, '');
    return [{ kind: 'decision', action: nameOf(action), words, fault: figures.fault }];
  }

  private countAttempt(utterance: number): void {
    const spoken = this.open.get(utterance);
    if (spoken === undefined) return;
    spoken.attempts += 1;
    if (spoken.attempts < 2) return;
    this.retried.add(utterance);
    if (this.retried.size > MOST_OPEN) this.retried.clear();
  }

  private followText(fact: PolicyFact, atS: number): readonly HistoryFact[] {
    switch (fact.kind) {
      case 'withdrawn':
        this.open.delete(fact.utterance);
        return [];
      case 'confirmed': {
        const spoken = this.open.get(fact.utterance);
        if (spoken !== undefined) spoken.guess = false;
        return this.conclude(fact.utterance, atS);
      }
      case 'remote_answered': {
        const spoken = this.open.get(fact.utterance);
        if (spoken === undefined) return [];
        spoken.text = { place: 'remote' };
        return this.conclude(fact.utterance, atS);
      }
      case 'transcribed': {
        const spoken = this.open.get(fact.utterance);
        if (spoken === undefined) return [];
        spoken.text = { place: fact.worker === 'gpu' ? 'card' : 'cpu' };
        return this.conclude(fact.utterance, atS);
      }
      default:
        return [];
    }
  }

  private begin(fact: Extract<PolicyFact, { kind: 'utterance' }>, atS: number): void {
    if (this.open.size >= MOST_OPEN) this.open.clear();
    const { utterance, seconds: speechS, speculative: guess } = fact;
    this.open.set(utterance, { endedS: atS, speechS, guess, attempts: 0, text: null });
  }

  /** A text counts when it is there and its utterance is sure to have ended. */
  private conclude(utterance: number, atS: number): readonly HistoryFact[] {
    const spoken = this.open.get(utterance);
    if (spoken === undefined || spoken.guess || spoken.text === null) return [];
    this.open.delete(utterance);
    if (!this.options.texts) return [];
    const { speechS, endedS, text } = spoken;
    const rescued = this.wasRescued(utterance);
    const delayS = atS - endedS;
    const { place } = text;
    return [{ kind: 'text', utterance, speechS, delayS, rung: place, place, words: null, rescued }];
  }
}

function placeOfSpeech({ gpu, cpu, stt, small }: PolicyState): ModelPlace {
  if (gpu.kind === 'ready' && stt.device === 'cuda' && stt.moving === null) {
    return small ? 'card_small' : 'card';
  }
  return cpu.kind === 'ready' ? 'cpu' : 'none';
}

function placeOfVoice({ gpu, vad }: PolicyState): Place {
  return gpu.kind === 'ready' && vad.device === 'cuda' ? 'card' : 'cpu';
}

type Attempt = Extract<Action, { kind: 'transcribe' | 'transcribe_remote' }>;

/** To hear the same audio again for its missing words is no attempt that has failed. */
function isAttempt(action: Action): action is Attempt {
  return action.kind === 'transcribe_remote' || (action.kind === 'transcribe' && !action.atRests);
}
