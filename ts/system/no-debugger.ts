/**
 * Imported before everything else by both programs. Node opens its debugger on a port of this machine at SIGUSR1,
 * unless somebody listens to that signal: a program that hears the microphone must never do that.
 */
process.on('SIGUSR1', () => {});
