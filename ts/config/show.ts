/** A value of the file as it is quoted in an error: one line, at most 60 characters. */
export function showValue(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  const shown = text ?? String(value);
  return shown.length <= 60 ? shown : `${shown.slice(0, 57)}...`;
}

/** True for a table of the file. */
export function isTable(value: unknown): value is Record<string, unknown> {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && !Array.isArray(value) && !(value instanceof Date);
}
