import type { Env } from './env.js';

/**
 * The environment in which the worker's Python runs our own modules, and nothing that lies about: neither the current
 * folder nor the user's own packages are searched, and no variable of the session that steers Python gets in
 * (`PYTHONHOME`, `PYTHONPATH`, `PYTHONWARNINGS` and their like). It holds for what that Python starts as well.
 */
export function pythonEnvironment(env: Env, workerFolder: string): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(([name]) => !name.startsWith('PYTHON'));
  return {
    ...Object.fromEntries(others),
    PYTHONPATH: workerFolder,
    PYTHONSAFEPATH: '1',
    PYTHONNOUSERSITE: '1',
    // File names and messages are UTF-8 here, as Node has them, whatever the locale.
    PYTHONUTF8: '1',
    PYTHONUNBUFFERED: '1',
  };
}
