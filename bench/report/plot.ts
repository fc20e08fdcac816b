/** One way: its name and how long each text took, in milliseconds. */
export interface Series {
  readonly name: string;
  readonly valuesMs: readonly number[];
}

const WIDTH = 720;
const LEFT = 190;
const RIGHT = 40;
const ROW = 46;
const TOP = 54;
const LONGEST_MS = 3_000;

/** A dot for each text, a bar at the median, a line at a third of the first way's median. */
export function plotWaits(title: string, series: readonly Series[], thirdMs: number): string {
  const height = TOP + series.length * ROW + 40;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="20" y="26" font-size="16">${escaped(title)}</text>`,
    ...axis(height),
    `<line x1="${x(thirdMs)}" x2="${x(thirdMs)}" y1="${TOP - 8}" y2="${height - 30}" stroke="#c33" stroke-dasharray="4 3"/>`,
    ...series.flatMap(row),
    '</svg>\n',
  ].join('\n');
}

function axis(height: number): readonly string[] {
  const bottom = height - 30;
  return [0, 500, 1000, 1500, 2000, 2500, 3000].flatMap((ms) => [
    `<line x1="${x(ms)}" x2="${x(ms)}" y1="${TOP - 8}" y2="${bottom}" stroke="#ddd"/>`,
    `<text x="${x(ms)}" y="${bottom + 18}" text-anchor="middle" fill="#555">${ms / 1000} s</text>`,
  ]);
}

function row({ name, valuesMs }: Series, index: number): readonly string[] {
  const y = TOP + index * ROW + ROW / 2;
  const sorted = [...valuesMs].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return [
    `<text x="${LEFT - 12}" y="${y + 4}" text-anchor="end">${escaped(name)}</text>`,
    ...sorted.map(
      (ms) => `<circle cx="${x(ms)}" cy="${y}" r="4.5" fill="#2a6fb0" fill-opacity="0.45"/>`,
    ),
    `<rect x="${x(median) - 1.5}" y="${y - 14}" width="3" height="28" fill="#111"/>`,
    `<text x="${x(median)}" y="${y - 18}" text-anchor="middle">${(median / 1000).toFixed(2)}</text>`,
  ];
}

function x(ms: number): number {
  const share = Math.min(1, Math.max(0, ms / LONGEST_MS));
  return Math.round(LEFT + share * (WIDTH - LEFT - RIGHT));
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
