/** The only door to other programs: all of it goes through `startProgram`, never through a shell. */
export { absolutePath, dropRelativeFolders } from './child-setting.js';
export { endLeftovers } from './leftovers.js';
export type { Exit } from './process-exit.js';
export { killAllNow } from './process-registry.js';

export { type RunResult, runProgram } from './process-run.js';
export {
  type IfWeDie,
  type RunningProgram,
  startProgram,
} from './process-start.js';
