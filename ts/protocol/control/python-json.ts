/** A JSON string as Python's `json.dumps` writes it: everything but printable ASCII as `\uXXXX`. */
export function writePythonString(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A float as Python and Rust write it: `1.0`, `0.1`, `1e-07`. What is not finite becomes `0.0`. */
export function writeFloat(value: number): string {
  if (!Number.isFinite(value)) return '0.0';
  if (Number.isInteger(value) && Math.abs(value) < 1e16) {
    return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  }
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e16) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

/** A JSON value as Python's `str()` shows it, for error messages that quote a client's value. */
export function showLikePython(value: unknown): string {
  return typeof value === 'string' ? value : representLikePython(value);
}

function representLikePython(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return quoteLikePython(value);
  if (Array.isArray(value)) return `[${value.map(representLikePython).join(', ')}]`;
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value).map(
    ([key, part]) => `${quoteLikePython(key)}: ${representLikePython(part)}`,
  );
  return `{${entries.join(', ')}}`;
}

function quoteLikePython(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}
