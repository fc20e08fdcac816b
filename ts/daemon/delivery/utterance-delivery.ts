import type { DeliveryOutcome } from '../../inject/sink.js';
import { type Applied, type ApplyOptions, applyCommands } from '../../voice/apply.js';
import { forTyping } from '../../voice/keys.js';
import type { JournalPort } from '../ports.js';
import { type OpenUtterance, writtenText } from '../utterances/open-utterances.js';
import type { Delivery } from './delivery-queue.js';

/** How the typing of one utterance ended. `applied` is null where it never came to the voice commands. */
export interface DeliveryResult {
  readonly outcome: DeliveryOutcome;
  readonly applied: Applied | null;
  readonly transformUs: number;
  readonly injectionMs: number;
}

export interface DeliveryPorts {
  readonly journal: JournalPort;
  nowS(): number;
  commands(): ApplyOptions;
}

/** The delivery that types an utterance as soon as its text is there; the journal knows of each step. */
export function deliveryFor(
  utterance: OpenUtterance,
  ports: DeliveryPorts,
  finished: (result: DeliveryResult) => void,
): Delivery {
  const journalId = utterance.journalId ?? 0;
  let applied: Applied | null = null;
  let transformUs = 0;
  let startedS: number | null = null;
  return {
    pieces() {
      if (utterance.transcript === null) return null;
      if (applied === null) {
        const beforeS = ports.nowS();
        applied = applyCommands(writtenText(utterance.transcript), ports.commands());
        transformUs = (ports.nowS() - beforeS) * 1e6;
      }
      return forTyping(applied);
    },
    begin() {
      startedS = ports.nowS();
      return ports.journal.delivering(journalId);
    },
    progressed: (pieces) => ports.journal.progressed(journalId, pieces),
    finished(outcome) {
      const injectionMs = startedS === null ? 0 : (ports.nowS() - startedS) * 1e3;
      finished({ outcome, applied, transformUs, injectionMs });
    },
  };
}
