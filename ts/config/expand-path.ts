import { isAbsolute, resolve } from 'node:path';
import { Problem } from '../domain/problem.js';

/** Turns a path as people write it into an absolute one. */
export type ExpandPath = (section: string, key: string, path: string) => string;

/**
 * `~/` and `$HOME/` are the home folder, `$XDG_.../` is taken from the environment, anything relative is
 * relative to the folder of the configuration file. A variable that is not set is a Problem.
 */
export function expandPathsOf(file: string, folder: string, env: NodeJS.ProcessEnv): ExpandPath {
  return (section, key, path) => {
    const home = path.replace(/^~(?=\/|$)/, '$$HOME');
    const name = /^\$(HOME|XDG_[A-Z_]+)(?=\/|$)/.exec(home)?.[1];
    if (name === undefined) return resolve(folder, home);
    const value = env[name];
    if (value !== undefined && isAbsolute(value))
      return resolve(value + home.slice(name.length + 1));
    throw new Problem(
      'config_invalid',
      `${file}: [${section}] ${key} = ${JSON.stringify(path)}: $${name} is not set, allowed is an absolute path`,
    );
  };
}
