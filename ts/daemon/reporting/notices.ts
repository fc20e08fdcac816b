import type { MicrophoneState } from '../../capture/source.js';
import type { PendingReason } from '../../domain/state.js';
import type { Notification, Notifier } from '../../system/desktop/notify.js';
import type { InputNews } from '../hearing/chosen-input.js';
import type { Sounds } from './sounds.js';

const PENDING: Notification = {
  topic: 'pending',
  summary: 'Dictation: text is waiting',
  body: 'Some text was not typed. Type `swictation pending` to see it.',
};
const WINDOW_CHANGED: Notification = {
  topic: 'pending',
  summary: 'Dictation: another window has the focus',
  body: 'The text waits. Type it where you want it: `swictation pending type last`, best by a key of its own.',
};
const LOCKED: Notification = {
  topic: 'pending',
  summary: 'Dictation: the screen is locked',
  body: 'Nothing is typed into a lock screen. The text waits in `swictation pending`.',
};
const KEPT: Notification = {
  topic: 'pending',
  summary: 'Dictation: speech of before the restart was kept',
  body: 'Nothing of it is typed by itself. Type `swictation pending` to see it.',
};
const PERMISSION: Notification = {
  topic: 'permission',
  summary: 'Dictation asks to type',
  body: 'Allow it in the window that the desktop shows. It is asked once; until then texts are typed in another way.',
  urgent: true,
};
const DEGRADED: Notification = {
  topic: 'degraded',
  summary: 'Dictation: recording only',
  body: 'Speech is recorded and will be recognised as soon as memory allows.',
  urgent: true,
};
const RECOVERED: Notification = {
  topic: 'recovered',
  summary: 'Dictation works again',
  body: 'Recorded speech is being recognised.',
};
const MICROPHONE_LOST: Notification = {
  topic: 'microphone',
  summary: 'Dictation: the microphone is gone',
  body: 'Nothing is heard. It is tried again until it is back.',
  urgent: true,
};
const MICROPHONE_BACK: Notification = {
  topic: 'microphone',
  summary: 'Dictation: the microphone is back',
  body: 'Recording goes on.',
};

const NOTICES: Partial<Record<PendingReason, Notification>> = {
  daemon_restarted: KEPT,
  window_changed: WINDOW_CHANGED,
  screen_locked: LOCKED,
};

/** What the desktop is told, once per change. */
export class Notices {
  readonly #notifier: Notifier;
  readonly #sounds: Pick<Sounds, 'play'>;
  #isRecording = false;
  #degraded = false;
  #lost = false;

  constructor(notifier: Notifier, sounds: Pick<Sounds, 'play'>) {
    this.#notifier = notifier;
    this.#sounds = sounds;
  }

  /** The state of the daemon: a take begins or ends. */
  state(state: unknown): void {
    const isRecording = state === 'recording';
    if (isRecording === this.#isRecording) return;
    this.#isRecording = isRecording;
    this.#sounds.play(isRecording ? 'start' : 'stop');
  }

  /** Text that waits. Whoever cancels a take knows that it does. */
  pending(reason: PendingReason): void {
    if (reason === 'cancelled') return;
    this.#notifier.notify(NOTICES[reason] ?? PENDING);
    this.#sounds.play('pending');
  }

  /** Text that can only be pasted; `message` says so, and which keys are missing. */
  clipboard(message: string): void {
    this.#notifier.notify({ topic: 'clipboard', summary: 'Dictation: paste it', body: message });
  }

  /** The desktop asks the person whether dictation may type. */
  permission(): void {
    this.#notifier.notify(PERMISSION);
  }

  /** The card can't be used as things are installed; `message` says why and what to type. */
  cardUnusable(message: string): void {
    const summary = 'Dictation: the card can not be used';
    this.#notifier.notify({ topic: 'card', summary, body: message, urgent: true });
  }

  /** Nothing comes through the microphone; `advice` says what to do. */
  noSound(name: string, advice: string): void {
    const summary = `Dictation: no sound from ${name}`;
    this.#notifier.notify({ topic: 'microphone', summary, body: advice, urgent: true });
  }

  /** The input that a person chose. */
  input(news: InputNews): void {
    const { name } = news;
    const gone = news.kind === 'gone';
    const instead = gone ? (news.instead ?? 'The input that the desktop chooses') : '';
    this.#notifier.notify({
      topic: 'input',
      summary: gone ? `Dictation: ${name} is not there` : `Dictation: ${name} is back`,
      body: gone ? `${instead} records until it is.` : 'It records again.',
    });
  }

  /** The text before stays; `message` says why. */
  notScratched(message: string): void {
    const summary = 'Dictation: nothing was taken back';
    this.#notifier.notify({ topic: 'scratch', summary, body: message });
  }

  /** A decision of the memory policy. */
  decided(action: unknown): void {
    if (action !== 'degrade' && action !== 'restore') return;
    const degraded = action === 'degrade';
    if (degraded === this.#degraded) return;
    this.#degraded = degraded;
    this.#notifier.notify(degraded ? DEGRADED : RECOVERED);
  }

  microphone(state: MicrophoneState): void {
    if (state.kind === 'lost' && !this.#lost) this.#notifier.notify(MICROPHONE_LOST);
    if (state.kind === 'listening' && this.#lost) this.#notifier.notify(MICROPHONE_BACK);
    if (state.kind !== 'starting') this.#lost = state.kind === 'lost';
  }
}
