import { samplesToSeconds } from '../../domain/units.js';
import type { Applied } from '../../voice/apply.js';
import { countWords } from '../utterances/spoken.js';
import { stagesOf } from '../utterances/stages.js';
import type { Ticket, Transcript } from '../utterances/tickets.js';
import type { UtteranceReport } from './sessions.js';
import type { DeliveryResult } from './utterance-delivery.js';

/** What is told about an utterance that was typed at `nowS`. */
export function reportOf(
  ticket: Ticket,
  transcript: Transcript,
  applied: Applied,
  result: DeliveryResult,
  nowS: number,
): UtteranceReport {
  const { text: heardText, sttMs, device, engine, segments } = transcript;
  const { audio, session, seconds } = ticket;
  return {
    session,
    seconds,
    text: applied.text,
    words: countWords(heardText),
    characters: applied.text.length,
    transformations: applied.transformations,
    keys: applied.keys,
    sttMs,
    transformUs: result.transformUs,
    injectionMs: result.injectionMs,
    totalMs: (nowS - ticket.closedS) * 1e3,
    pauseToTextMs: (nowS - ticket.voiceEndedS) * 1e3,
    device,
    engine,
    heardText,
    stages: stagesOf(ticket, nowS),
    speculated: ticket.speculative,
    voiceEndAtS: ticket.voiceEndAtS,
    startS: 'recording' in audio ? samplesToSeconds(audio.fromSample) : 0,
    segments,
  };
}
