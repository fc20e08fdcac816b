/** Whole MB, `-` where nothing was measured. */
export function formatMb(mb: number | null): string {
  return mb === null ? '-' : `${Math.round(mb)} MB`;
}

/** A figure with fixed decimals, `-` where there is none. */
export function formatNumber(value: number | null, decimals = 0, unit = ''): string {
  return value === null ? '-' : `${value.toFixed(decimals)}${unit}`;
}

/** `42 s`, `3:05`, `2:03:05`. */
export function formatDuration(seconds: number | null): string {
  if (seconds === null) return '-';
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [first = 0, ...rest] = whole < 3600 ? parts.slice(1) : parts;
  return [String(first), ...rest.map(twoDigits)].join(':');
}

/** Local date and time to the minute. */
export function formatTime(epochS: number): string {
  const time = new Date(epochS * 1000);
  const date = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(twoDigits).join('-');
  return `${date} ${twoDigits(time.getHours())}:${twoDigits(time.getMinutes())}`;
}

/** Local time of day to the second. */
export function formatClock(epochS: number): string {
  const time = new Date(epochS * 1000);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':');
}

/** Text on one line of at most `width` characters. */
export function shorten(text: string, width: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length <= width ? line : `${characters.slice(0, width - 1).join('')}…`;
}

/** Columns of equal width, two spaces between them; `r` of `align` puts a column to the right. */
export function formatTable(rows: readonly (readonly string[])[], align: string): string[] {
  const widths = [...align].map((_, column) =>
    Math.max(0, ...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return align[column] === 'r' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** Names in one column, values in the next. */
export function formatPairs(pairs: readonly (readonly [name: string, value: string])[]): string[] {
  return formatTable(pairs, 'll').map((line) => `  ${line}`);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
