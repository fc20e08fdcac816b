import { samplesToSeconds } from '../../domain/units.js';
import type { Applied } from '../../voice/apply.js';
import type { OpenUtterance, Transcript } from '../utterances/open-utterances.js';
import { countWords } from '../utterances/spoken.js';
import { stagesOf } from '../utterances/stages.js';
import type { UtteranceReport } from './sessions.js';
import type { DeliveryResult } from './utterance-delivery.js';

/** What is told about an utterance that was typed at `nowS`. */
export function reportOf(
  utterance: OpenUtterance,
  transcript: Transcript,
  applied: Applied,
  result: DeliveryResult,
  nowS: number,
): UtteranceReport {
  const { text: heardText, sttMs, device, engine, segments } = transcript;
  const { audio, id, session, seconds } = utterance;
  return {
    session,
    utterance: id,
    seconds,
    text: applied.text.trimStart(),
    words: countWords(heardText),
    characters: applied.text.trimStart().length,
    transformations: applied.transformations,
    keys: applied.keys,
    sttMs,
    transformUs: result.transformUs,
    injectionMs: result.injectionMs,
    totalMs: (nowS - utterance.closedS) * 1e3,
    pauseToTextMs: (nowS - utterance.voiceEndedS) * 1e3,
    device,
    engine,
    heardText,
    stages: stagesOf(utterance, nowS),
    speculated: utterance.speculative,
    voiceEndAtS: utterance.voiceEndAtS,
    startS: 'recording' in audio ? samplesToSeconds(audio.fromSample) : 0,
    segments,
  };
}
