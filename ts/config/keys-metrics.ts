import { z } from 'zod';
import { anyFlag, anyInteger, anyNumber, derivedText, integer, key } from './values.js';

const yesNo = 'true or false';

export const metrics = z.strictObject({
  enabled: key(anyFlag(true), {
    toml: 'true',
    allowed: yesNo,
    meaning: 'Keep statistics of sessions.',
  }),
  database_path: key(derivedText(), {
    toml: null,
    shown: '"$XDG_DATA_HOME/swictation/metrics.db"',
    allowed: 'the path of a file',
    meaning: 'Where the statistics are kept.',
  }),
  show_realtime_feedback: key(anyFlag(true), {
    toml: 'true',
    allowed: yesNo,
    meaning: 'Say in the log after each segment how many words came how fast.',
  }),
  typing_baseline_wpm: key(anyNumber(40), {
    toml: '40.0',
    allowed: 'a number',
    meaning: 'Your typing speed in words per minute, for the time saved.',
  }),
  history_days: key(integer(7, 0, 365), {
    toml: '7',
    allowed: 'a whole number of days from 0 (none) to 365',
    meaning: 'How long figures for `swictation report` are kept; never text or sound.',
  }),
  store_transcription_text: key(anyFlag(false), {
    toml: 'false',
    allowed: yesNo,
    meaning: 'Keep the text of each segment in the statistics.',
  }),
});

export const warnings = z.strictObject({
  enabled: key(anyFlag(true), { toml: 'true', allowed: yesNo, meaning: 'Warn at all.' }),
  high_latency_threshold_ms: key(anyNumber(1000), {
    toml: '1000.0',
    allowed: 'a number of milliseconds',
    meaning: 'Warn when a segment took longer.',
  }),
  gpu_memory_threshold_percent: key(anyNumber(80), {
    toml: '80.0',
    allowed: 'a number of percent',
    meaning: 'Warn when more of the card is in use.',
  }),
  degradation_multiplier: key(anyNumber(1.5), {
    toml: '1.5',
    allowed: 'a number',
    meaning: 'Warn when the delays of a few segments grow by this factor.',
  }),
  accuracy_spike_multiplier: key(anyNumber(3), {
    toml: '3.0',
    allowed: 'a number',
    meaning: 'Kept for older files: nothing here counts corrections.',
  }),
});

export const cleanup = z.strictObject({
  auto_cleanup_enabled: key(anyFlag(true), {
    toml: 'true',
    allowed: yesNo,
    meaning: 'Delete old segments at start.',
  }),
  max_segment_age_days: key(anyInteger(90), {
    toml: '90',
    allowed: 'a whole number of days',
    meaning: 'Age from which segments are deleted.',
  }),
  warn_db_size_mb: key(anyInteger(100), {
    toml: '100',
    allowed: 'a whole number of MB',
    meaning: 'Warn when the database is larger.',
  }),
});
