/** The page's colours as the browser has them now: light, dark, or for print. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Redraws where the reader changes between light and dark. */
export function onColoursChange(redraw: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
}
