/** A row of the database as JSON shows it: the same names, in snake case with their units. */
export function toJsonRow(row: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [toSnakeCase(name), value]));
}

/** `averageLatencyMs` is `average_latency_ms`. */
function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
