/** A decision as the daemon tells it: `line` is the policy's own explanation with the figures. */
export function describeDecision(told: Readonly<Record<string, unknown>>): string {
  return typeof told.line === 'string' ? told.line : JSON.stringify(told);
}
