import { z } from 'zod';
import { flag, integer, key, number } from './values.js';

const yesNo = 'true or false';

export const inject = z.strictObject({
  sink: key(
    z
      .string()
      .regex(/^(auto|wtype|portal|ydotool|xdotool|clipboard|stdout|file:.+)$/s)
      .default('auto'),
    {
      toml: '"auto"',
      allowed:
        '"auto", "wtype", "portal", "ydotool", "xdotool", "clipboard", "stdout" or "file:PATH"',
      meaning: 'How text is typed; auto takes what works in this session.',
    },
  ),
  paste_keys: key(
    z
      .string()
      .regex(/^(auto|((ctrl|shift|alt|super)-)+([A-Za-z0-9]|Insert))$/)
      .default('auto'),
    {
      toml: '"auto"',
      allowed: '"auto" or keys such as "ctrl-v", "ctrl-shift-v", "shift-Insert"',
      meaning:
        'What pastes a text through the portal; auto: ctrl-shift-v in known terminals, else ctrl-v.',
    },
  ),
  same_window: key(flag(true), {
    toml: 'true',
    allowed: yesNo,
    meaning:
      'A text whose window has lost the focus since it was spoken waits in pending (sway, Hyprland, niri, X11).',
  }),
  early: key(flag(true), {
    toml: 'true',
    allowed: yesNo,
    meaning:
      'Words that are certain are typed at a short pause, before it is known whether the sentence goes on.',
  }),
  live: key(flag(false), {
    toml: 'false',
    allowed: yesNo,
    meaning: 'Words are typed while the sentence is still spoken, and never taken back.',
  }),
  timeout_ms: key(integer(2500, 100, 600_000), {
    toml: '2500',
    allowed: 'a whole number of milliseconds from 100 to 600000',
    meaning: 'How long one call of a typing program may take, besides the time for its characters.',
  }),
});

export const journal = z.strictObject({
  quota_mb: key(number(500, 10, 1_000_000), {
    toml: '500',
    allowed: 'a number of MB from 10 to 1000000',
    meaning: 'Space for recordings, in MB; what was not delivered is never removed silently.',
  }),
  keep_delivered_hours: key(number(0, 0, 8760), {
    toml: '0',
    allowed: 'a number of hours from 0 to 8760',
    meaning: 'How long delivered recordings are kept; 0 deletes them at once.',
  }),
});

export const notifications = z.strictObject({
  enabled: key(flag(true), {
    toml: 'true',
    allowed: yesNo,
    meaning: 'Desktop notices: degraded, recovered, text waiting, microphone lost.',
  }),
  sounds: key(flag(false), {
    toml: 'false',
    allowed: yesNo,
    meaning: 'A short sound at the start and the end of a take, and where text waits.',
  }),
});

export const log = z.strictObject({
  level: key(z.enum(['debug', 'info', 'warn', 'error']).default('info'), {
    toml: '"info"',
    allowed: '"debug", "info", "warn" or "error"',
    meaning: 'What is written to the log.',
  }),
  text: key(flag(false), {
    toml: 'false',
    allowed: yesNo,
    meaning: 'Write dictated text to the log; off, it never appears there.',
  }),
});
