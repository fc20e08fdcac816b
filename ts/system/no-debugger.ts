import { close, url } from 'node:inspector';

/**
 * Imported before everything else by both programs, as a file of its own: what a bundle imports from packages would come
 * before it. Node opens its debugger on a port of this machine at SIGUSR1, unless somebody listens to that signal: a
 * program that hears the microphone must never do that.
 */
process.on('SIGUSR1', () => {});

/** Node itself listens some milliseconds earlier than anybody else can. `--inspect` names its port, and is meant. */
const isMeant = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((each) =>
  each.includes('--inspect'),
);
if (!isMeant) {
  closeDebugger();
  setImmediate(closeDebugger);
}

function closeDebugger(): void {
  if (url() !== undefined) close();
}
