/** The frames of a request behind the ROUTER's identity. */
export interface Envelope {
  /** What stands before the body of the answer too: the empty delimiter of a REQ, hops of a proxy. */
  readonly route: readonly Buffer[];
  readonly body: Buffer;
  readonly flaw: string | null;
}

/**
 * One body frame, with or without an envelope that ends in an empty frame. Anything else is answered by
 * `flaw`, behind an empty delimiter where the client sent one first.
 */
export function readEnvelope(frames: readonly Buffer[]): Envelope {
  const body = frames.at(-1) ?? Buffer.alloc(0);
  const route = frames.slice(0, -1);
  if (route.length === 0 || route.at(-1)?.length === 0) return { route, body, flaw: null };
  const delimiter = frames[0]?.length === 0 ? frames.slice(0, 1) : [];
  const flaw = `${frames.length - delimiter.length} frames, a message is one`;
  return { route: delimiter, body: frames[delimiter.length] ?? body, flaw };
}
