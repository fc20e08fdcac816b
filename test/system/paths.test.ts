import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot, resolvePaths } from '../../ts/system/paths.js';
import { pythonCommand } from '../../ts/system/python/environment.js';

describe('resolvePaths', () => {
  it('follows the XDG variables', () => {
    const paths = resolvePaths({
      HOME: '/home/eve',
      XDG_CONFIG_HOME: '/c',
      XDG_DATA_HOME: '/d',
      XDG_STATE_HOME: '/s',
      XDG_RUNTIME_DIR: '/r',
    });
    expect(paths).toEqual({
      configDir: '/c/swictation',
      configFile: '/c/swictation/config.toml',
      dataDir: '/d/swictation',
      stateDir: '/s/swictation',
      runtimeDir: '/r/swictation',
      cacheDir: '/home/eve/.cache/swictation',
      databaseFile: '/d/swictation/metrics.db',
      journalDir: '/s/swictation/journal',
      historyDir: '/s/swictation/history',
      lockFile: '/s/swictation/daemon.lock',
      controlSocket2: '/r/swictation.sock',
      metricsSocket2: '/r/swictation_metrics.sock',
      ownControlSocket: '/r/swictation/control.sock',
    });
  });

  it('falls back to the home folder, also for empty and relative values', () => {
    const expected = resolvePaths({ HOME: '/home/eve' });
    expect(expected.configFile).toBe('/home/eve/.config/swictation/config.toml');
    expect(expected.stateDir).toBe('/home/eve/.local/state/swictation');
    expect(expected.runtimeDir).toBe('/home/eve/.local/share/swictation/run');
    expect(expected.controlSocket2).toBe('/home/eve/.local/share/swictation/swictation.sock');
    const odd = {
      HOME: '/home/eve',
      XDG_CONFIG_HOME: '',
      XDG_RUNTIME_DIR: 'run',
      XDG_DATA_HOME: './d',
    };
    expect(resolvePaths(odd)).toEqual(expected);
  });
});

describe('pythonCommand', () => {
  it('takes the environment variable first', () => {
    expect(pythonCommand({ SWICTATION_PYTHON: 'python3' })).toBe('python3');
    expect(pythonCommand({ SWICTATION_PYTHON: '/bin/sh' })).toBe('/bin/sh');
  });

  it('says what to type when there is none', () => {
    expect(() => pythonCommand({ SWICTATION_PYTHON: '/no/python' })).toThrow(/unset it/);
  });

  it('finds the project from where it runs', () => {
    expect(existsSync(join(projectRoot(), 'package.json'))).toBe(true);
  });
});
