import type { Env } from '../../env.js';
import { findOnPath } from '../../find-on-path.js';
import { runProgram } from '../../process/process.js';
import { waylandDisplay, x11Display } from '../display.js';
import { layoutInHyprland } from './hyprland.js';
import { layoutInKde } from './kde.js';
import { layoutInNiri } from './niri.js';
import { layoutInSway } from './sway.js';

/** Layouts without Latin letters, by their short names and by the beginning of xkeyboard-config's long ones. */
const NOT_LATIN =
  /^(am|ara?|bd|bg|bt|by|ge|gr|il|in|iq|ir|kg|kh|kz|la|lk|ma|mk|mm|mn|mv|np|pk|rs|ru|sy|th|tj|ua|Amharic|Arabic|Armenian|Bangla|Belarusian|Bulgarian|Burmese|Dhivehi|Dzongkha|Georgian|Greek|Hebrew|Hindi|Indian|Kazakh|Khmer|Kyrgyz|Lao|Macedonian|Mongolian|Nepali|Persian|Punjabi|Russian|Serbian|Sinhala|Tajik|Tamil|Telugu|Thai|Ukrainian|Urdu)\b/;

/**
 * The layout that the keyboard has now: a long name (`German`, `English (Dvorak)`) or a short one (`de`, `us+dvorak`), as the desktop
 * calls it. Null where it does not tell.
 */
export async function currentLayout(env: Env): Promise<string | null> {
  const ways =
    waylandDisplay(env) === null
      ? [layoutInX11]
      : [layoutInSway, layoutInHyprland, layoutInNiri, layoutInGnome, layoutInKde];
  for (const ask of ways) {
    const layout = await ask(env).catch(() => null);
    if (layout !== null) return layout;
  }
  return null;
}

/** Whether the layout has Latin letters; one that is not known has. */
export async function layoutHasLatin(env: Env): Promise<boolean> {
  return hasLatin(await currentLayout(env));
}

export function hasLatin(layout: string | null): boolean {
  return layout === null || !NOT_LATIN.test(layout) || /latin|phonetic/i.test(layout);
}

/** Whether the layout gives what a US keyboard has printed on it; one that is not known counts as such. */
export function isUsLayout(layout: string | null): boolean {
  return layout === null || /^(us|English \(US\)|us\+(euro|altgr-intl)?)$/.test(layout);
}

/** Whether its V lies where a US keyboard has it, as most have it. */
export function hasUsualV(layout: string | null): boolean {
  return layout === null || !/dvorak|b[eé]po|\bneo\b|workman|halmak|engram/i.test(layout);
}

/** GNOME keeps the input sources in the order of their last use; `('xkb', 'us+dvorak')`. */
async function layoutInGnome(env: Env): Promise<string | null> {
  if (!/gnome/i.test(env.XDG_CURRENT_DESKTOP ?? '')) return null;
  for (const key of ['mru-sources', 'sources']) {
    const said = await say('gsettings', ['get', 'org.gnome.desktop.input-sources', key], env);
    const first = /\('xkb', '([^']+)'\)/.exec(said)?.[1];
    if (first !== undefined) return first;
  }
  return null;
}

/** Of several layouts setxkbmap does not tell which one is active: then nobody knows. */
async function layoutInX11(env: Env): Promise<string | null> {
  if (x11Display(env) === null || findOnPath('setxkbmap', env) === null) return null;
  const said = await say('setxkbmap', ['-query'], env);
  const layout = /^layout:\s*(\S+)$/m.exec(said)?.[1];
  const variant = /^variant:\s*(\S+)$/m.exec(said)?.[1];
  if (layout === undefined || layout.includes(',')) return null;
  return variant === undefined ? layout : `${layout}+${variant}`;
}

const ANSWER_MS = 1_000;

async function say(command: string, args: readonly string[], env: Env): Promise<string> {
  const how = { env: { ...env }, timeoutMs: ANSWER_MS, ifWeDie: 'swept' } as const;
  return (await runProgram(command, args, how)).stdout;
}
