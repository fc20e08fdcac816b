import { z } from 'zod';
import { derivedNumber, flag, key, number } from './values.js';

const yesNo = 'true or false';

export const gpu = z.strictObject({
  device: key(z.enum(['auto', 'cpu', 'cuda']).default('auto'), {
    toml: '"auto"',
    allowed: '"auto", "cpu" or "cuda"',
    meaning: 'cpu never touches a graphics card.',
  }),
  ...thresholdKeys(),
  keep_cpu_warm: key(flag(true), {
    toml: 'true',
    allowed: yesNo,
    meaning: 'Keep the engine on the processor loaded beside the card where memory allows.',
  }),
  idle_minutes: key(number(10, 0, 100_000), {
    toml: '10',
    allowed: 'a number of minutes from 0 to 100000; 0: never',
    meaning:
      'When nobody has dictated for so long the card is left to itself, so that it can power down; half of it on battery.',
  }),
  patience_s: key(number(2, 0, 60), {
    toml: '2.0',
    allowed: 'a number of seconds from 0 to 60',
    meaning:
      'An utterance waits so long for a model that is on its way to the card, then the CPU reads it.',
  }),
});

/** Limits of card memory in use, in MB or in percent of the card; unset ones follow from the card. */
function thresholdKeys() {
  const mb = (shown: string, meaning: string) =>
    key(derivedNumber(1, 10_000_000), {
      toml: null,
      shown,
      allowed: 'a number of MB from 1 to 10000000',
      meaning,
    });
  const percent = (shown: string, meaning: string) =>
    key(derivedNumber(1, 100), {
      toml: null,
      shown,
      allowed: 'a number of percent from 1 to 100',
      meaning,
    });
  return {
    warning_mb: mb('3200', 'Card memory in use from which is warned; 3200 on a 4 GB card.'),
    critical_mb: mb('3500', 'From here on voice detection leaves the card.'),
    guard_mb: mb('3700', 'No transcription may take the card above this.'),
    emergency_mb: mb('3800', 'From here on speech recognition leaves the card.'),
    warning_percent: percent('80.0', 'The same limits in percent of the card, for any card.'),
    critical_percent: percent('87.5', 'As critical_mb, in percent of the card.'),
    guard_percent: percent('92.5', 'As guard_mb, in percent of the card.'),
    emergency_percent: percent('95.0', 'As emergency_mb, in percent of the card.'),
  };
}
