/** `[inject] paste_keys` for: what the window with the focus wants. */
const AUTO = 'auto';

/** Windows in which Ctrl+V is a control character: by app id (Wayland) or class (X11), in small letters. */
const TERMINALS = new Set([
  'alacritty',
  'blackbox',
  'com.gexperts.tilix',
  'com.mitchellh.ghostty',
  'com.raggesilver.blackbox',
  'contour',
  'cool-retro-term',
  'deepin-terminal',
  'dev.warp.warp',
  'foot',
  'footclient',
  'ghostty',
  'gnome-terminal',
  'gnome-terminal-server',
  'guake',
  'io.elementary.terminal',
  'kgx',
  'kitty',
  'konsole',
  'lxterminal',
  'mate-terminal',
  'org.contourterminal.contour',
  'org.gnome.console',
  'org.gnome.ptyxis',
  'org.gnome.terminal',
  'org.kde.konsole',
  'org.kde.yakuake',
  'org.wezfurlong.wezterm',
  'ptyxis',
  'qterminal',
  'rio',
  'st-256color',
  'terminator',
  'tilix',
  'wezterm',
  'xfce4-terminal',
  'yakuake',
]);

/** The chord that pastes in a window of this program (null: not known). */
export function pasteChord(wanted: string, appId: string | null): string {
  if (wanted !== AUTO) return wanted;
  return appId !== null && TERMINALS.has(appId.toLowerCase()) ? 'ctrl-shift-v' : 'ctrl-v';
}
