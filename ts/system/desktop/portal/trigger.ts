/** Modifiers as people and other programs write them, by their names in freedesktop's shortcuts specification, in its order. */
const MODIFIERS: readonly (readonly [name: string, written: RegExp])[] = [
  ['CTRL', /^(ctrl|control|cmdorctrl|commandorcontrol)$/],
  ['ALT', /^(alt|option|mod1)$/],
  ['SHIFT', /^shift$/],
  ['LOGO', /^(super|logo|meta|win|windows|cmd|command|mod4)$/],
];

/** Keys by their names in xkbcommon-keysyms.h where people write them in another way. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ['space', 'space'],
  ['return', 'Return'],
  ['enter', 'Return'],
  ['escape', 'Escape'],
  ['esc', 'Escape'],
  ['tab', 'Tab'],
  ['backspace', 'BackSpace'],
  ['insert', 'Insert'],
  ['delete', 'Delete'],
  ['home', 'Home'],
  ['end', 'End'],
  ['pageup', 'Page_Up'],
  ['page_up', 'Page_Up'],
  ['pagedown', 'Page_Down'],
  ['page_down', 'Page_Down'],
  ['up', 'Up'],
  ['arrowup', 'Up'],
  ['down', 'Down'],
  ['arrowdown', 'Down'],
  ['left', 'Left'],
  ['arrowleft', 'Left'],
  ['right', 'Right'],
  ['arrowright', 'Right'],
  ['pause', 'Pause'],
  ['print', 'Print'],
  ['printscreen', 'Print'],
  ['scrolllock', 'Scroll_Lock'],
  ['menu', 'Menu'],
  ['backquote', 'grave'],
  ['`', 'grave'],
  ['grave', 'grave'],
  ['minus', 'minus'],
  ['-', 'minus'],
  ['equal', 'equal'],
  ['=', 'equal'],
  ['comma', 'comma'],
  [',', 'comma'],
  ['period', 'period'],
  ['.', 'period'],
  ['slash', 'slash'],
  ['/', 'slash'],
  ['backslash', 'backslash'],
  ['\\', 'backslash'],
  ['semicolon', 'semicolon'],
  [';', 'semicolon'],
  ['quote', 'apostrophe'],
  ["'", 'apostrophe'],
]);

/** `Super+Shift+D` as the shortcuts specification writes it: `SHIFT+LOGO+d`. Null for what names no key. */
export function toTrigger(written: string): string | null {
  const parts = written.split('+').map((part) => part.trim());
  const key = keyOf(parts.pop() ?? '');
  const held = parts.map((part) =>
    MODIFIERS.findIndex(([, pattern]) => pattern.test(part.toLowerCase())),
  );
  if (key === null || held.includes(-1)) return null;
  const names = MODIFIERS.flatMap(([name], at) => (held.includes(at) ? [name] : []));
  return [...names, key].join('+');
}

function keyOf(written: string): string | null {
  const plain = /^(?:Key|Digit)([A-Z0-9])$/.exec(written)?.[1] ?? written;
  if (/^[A-Za-z0-9]$/.test(plain)) return plain.toLowerCase();
  if (/^F([1-9]|[12]\d|3[0-5])$/i.test(plain)) return plain.toUpperCase();
  if (/^XF86\w+$/.test(plain)) return plain;
  return KEYS.get(plain.toLowerCase()) ?? null;
}
