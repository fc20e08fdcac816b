import type { Env } from '../env.js';
import { startProgram } from '../process/process.js';

export interface Inhibitor {
  /** Lets the machine sleep; resolves when the inhibitor is gone. */
  release(): Promise<void>;
}

const ARGUMENTS = [
  '--what=sleep',
  '--mode=delay',
  '--who=swictation',
  '--why=Dictation is saved before sleep',
  'cat',
];

/**
 * Delays sleep until released. logind hands the lock out as a file descriptor, which Node can't receive, so
 * `systemd-inhibit` holds it for as long as its `cat` has an input: it also ends when we are killed.
 */
export function takeSleepInhibitor(env: Env, onTrouble: (reason: string) => void): Inhibitor {
  const program = startProgram('systemd-inhibit', ARGUMENTS, {
    stdin: 'pipe',
    ifWeDie: 'killed',
    env: { ...env },
  });
  let releasing = false;
  void program.exited.then((exit) => {
    if (releasing) return;
    const reason = exit.kind === 'not_started' ? exit.problem.message : 'systemd-inhibit ended';
    onTrouble(`sleep can't be delayed: ${reason}`);
  });
  return {
    async release() {
      releasing = true;
      program.stdin?.end();
      await program.terminate(500);
    },
  };
}
