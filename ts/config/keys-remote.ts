import { z } from 'zod';
import { derivedText, key } from './values.js';

/** An engine on another machine. Without `url` no sound leaves this one. */
export const remote = z.strictObject({
  url: key(derivedText(), {
    toml: null,
    shown: 'unset',
    allowed: 'the address of a server, without /v1',
    meaning:
      'A server that recognises speech (POST /v1/audio/transcriptions); sound is sent there.',
  }),
  model: key(z.string().max(200).default(''), {
    toml: '""',
    allowed: 'a name that the server knows',
    meaning: 'The model that is asked for; empty: the one the server takes by itself.',
  }),
  api_key_file: key(derivedText(), {
    toml: null,
    shown: 'unset',
    allowed: 'the path of a file',
    meaning: 'A file with the key of the server, one line.',
  }),
  ca_file: key(derivedText(), {
    toml: null,
    shown: 'unset',
    allowed: 'the path of a file',
    meaning: 'Certificates (PEM) that are trusted beside those of the system.',
  }),
  order: key(z.enum(['auto', 'first', 'fallback']).default('auto'), {
    toml: '"auto"',
    allowed: '"auto", "first" or "fallback"',
    meaning:
      'auto: card, server, CPU. first: server, card, CPU. fallback: the server only without any engine here.',
  }),
});
