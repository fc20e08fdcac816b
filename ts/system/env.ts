/** A process's environment, to read only. */
export type Env = Readonly<Record<string, string | undefined>>;
