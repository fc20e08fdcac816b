import { z } from 'zod';
import { derivedText, key } from './values.js';

export const control = z.strictObject({
  socket_path: key(z.string().min(1).default('/tmp/swictation.sock'), {
    toml: '"/tmp/swictation.sock"',
    allowed: 'a path of at most 107 bytes',
    meaning: 'Control socket for clients of the first generation.',
  }),
  socket_path_v2: key(derivedText(), {
    toml: null,
    shown: '"$XDG_RUNTIME_DIR/swictation.sock"',
    allowed: 'a path of at most 107 bytes',
    meaning: 'Control socket for clients of the second generation.',
  }),
  metrics_socket_path: key(z.string().min(1).default('/tmp/swictation_metrics.sock'), {
    toml: '"/tmp/swictation_metrics.sock"',
    allowed: 'a path of at most 107 bytes',
    meaning: 'Metrics broadcast for clients of the first generation.',
  }),
  metrics_socket_path_v2: key(derivedText(), {
    toml: null,
    shown: '"$XDG_RUNTIME_DIR/swictation_metrics.sock"',
    allowed: 'a path of at most 107 bytes',
    meaning: 'Metrics broadcast for clients of the second generation.',
  }),
  zeromq_command: key(derivedText(), {
    toml: null,
    shown: '"ipc://$XDG_RUNTIME_DIR/swictation/command"',
    allowed: 'ipc:///absolute/path or tcp://127.0.0.1:PORT',
    meaning: 'ZeroMQ endpoint for commands (docs/commands.md).',
  }),
  zeromq_events: key(derivedText(), {
    toml: null,
    shown: '"ipc://$XDG_RUNTIME_DIR/swictation/events"',
    allowed: 'ipc:///absolute/path or tcp://127.0.0.1:PORT',
    meaning: 'ZeroMQ endpoint for events (docs/commands.md).',
  }),
});

/** Any text is accepted, as older daemons did; one that names no key is said at the start. */
const shortcut = (meaning: string) =>
  key(z.string().default(''), {
    toml: '""',
    allowed: '"" or keys such as "Super+Shift+D"',
    meaning,
  });

export const hotkeys = z.strictObject({
  toggle: shortcut('Starts and stops dictation, where the desktop lends keys (GNOME, KDE).'),
  push_to_talk: shortcut('Dictates while it is held, where the desktop lends keys.'),
});
