import type { DaemonState } from '../../domain/state.js';
import type { Stages } from '../utterances/stages.js';

/** What is told about one delivered utterance. Times in milliseconds. */
export interface UtteranceReport {
  readonly session: number;
  /** The number that the policy knows it by. */
  readonly utterance: number;
  readonly text: string;
  readonly seconds: number;
  readonly words: number;
  readonly characters: number;
  readonly transformations: number;
  readonly keys: number;
  readonly sttMs: number;
  readonly transformUs: number;
  readonly injectionMs: number;
  /** From the confirmed pause to the last key. */
  readonly totalMs: number;
  /** From the end of the voice to the last key: what a person waits. */
  readonly pauseToTextMs: number;
  readonly stages: Stages;
  /** Recognition began before the pause was confirmed. */
  readonly speculated: boolean;
  /** Where in its recording the voice stopped. */
  readonly voiceEndAtS: number;
  readonly device: string;
  readonly engine: string;
  /** As it was recognised, and where in its recording it was said. */
  readonly heardText: string;
  readonly startS: number;
  readonly segments: readonly { start_s: number; end_s: number; text: string }[];
}

/** Everybody who follows sessions: the metrics sockets, the database, the event stream. */
export interface SessionFollowers {
  startSession(): number;
  sessionStarted(session: number): void;
  utterance(report: UtteranceReport, figures: SessionFigures): void;
  sessionEnded(session: number, figures: SessionFigures): void;
  stateChanged(state: DaemonState): void;
}

export interface SessionFigures {
  readonly session: number;
  readonly segments: number;
  readonly words: number;
  /** Words per minute of speech. */
  readonly wpm: number;
  readonly durationS: number;
  readonly latencyMs: number;
}

interface Session {
  readonly id: number;
  readonly startedS: number;
  segments: number;
  words: number;
  activeS: number;
  latencySumMs: number;
  /** The key was pressed to end it; it ends when its last text is out. */
  ending: boolean;
}

/** Sessions from the key press to their last text. Several may be open: an old one still types. */
export class Sessions {
  private readonly open = new Map<number, Session>();
  private latest: Session | null = null;

  constructor(
    private readonly followers: SessionFollowers,
    private readonly nowS: () => number,
  ) {}

  begin(): number {
    const id = this.followers.startSession();
    const session: Session = {
      id,
      startedS: this.nowS(),
      segments: 0,
      words: 0,
      activeS: 0,
      latencySumMs: 0,
      ending: false,
    };
    this.open.set(id, session);
    this.latest = session;
    this.followers.sessionStarted(id);
    return id;
  }

  report(report: UtteranceReport): void {
    const session = this.open.get(report.session);
    if (session === undefined) return;
    session.segments += 1;
    session.words += report.words;
    session.activeS += report.seconds;
    session.latencySumMs += report.totalMs;
    this.followers.utterance(report, this.figures(report.session));
  }

  markEnding(id: number): void {
    const session = this.open.get(id);
    if (session) session.ending = true;
  }

  /** Ends the sessions of which nothing is on its way any more. */
  endFinished(isBusy: (id: number) => boolean): void {
    for (const session of [...this.open.values()]) {
      if (!session.ending || isBusy(session.id)) continue;
      const figures = this.figures(session.id);
      this.open.delete(session.id);
      this.followers.sessionEnded(session.id, figures);
    }
  }

  /** Figures of a session that is open or was the last one; zeros for any other. */
  figures(id: number): SessionFigures {
    const session = this.open.get(id) ?? (this.latest?.id === id ? this.latest : null);
    if (session === null) {
      return { session: id, segments: 0, words: 0, wpm: 0, durationS: 0, latencyMs: 0 };
    }
    const minutes = session.activeS / 60;
    return {
      session: id,
      segments: session.segments,
      words: session.words,
      wpm: minutes > 0 ? session.words / minutes : 0,
      durationS: this.nowS() - session.startedS,
      latencyMs: session.segments > 0 ? session.latencySumMs / session.segments : 0,
    };
  }

  get current(): SessionFigures | null {
    return this.latest === null ? null : this.figures(this.latest.id);
  }
}
