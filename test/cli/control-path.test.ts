import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findControlSocket } from '../../ts/cli/link/control-path.js';
import { loadConfig } from '../../ts/config/load-config.js';
import { Home } from './harness.js';

/** Only what is looked at here. */
function find(home: Home): Promise<string> {
  const { stdin, stdout, stderr } = process;
  const streams = { stdin, stdout, stderr };
  const rest = { configFile: undefined, onInterrupt: () => () => undefined };
  return findControlSocket({ ...streams, env: home.env, ...rest });
}

describe('the path of the control socket', () => {
  it.each([
    '',
    '[vad]\nthreshold = 0.4\n',
    '[control]\n# socket_path = "/x"\nmetrics_socket_path = "/y"\n',
    '[control]\nsocket_path = "/elsewhere"\n',
    'control.socket_path = "/elsewhere"\n',
    'control = { socket_path = "/elsewhere" }\n',
    '["control"]\n"socket\\u005fpath" = "/elsewhere"\n',
    'socket_path = "/flat"\n',
  ])('is what the configuration says: %j', async (text) => {
    const home = new Home();
    writeFileSync(join(home.folder, '.config', 'swictation', 'config.toml'), text);
    expect(await find(home)).toBe(loadConfig({ env: home.env }).control.socketPath);
  });

  it('is the same before and after the daemon wrote its defaults', async () => {
    const home = new Home();
    home.env.XDG_CONFIG_HOME = join(home.folder, 'other');
    const before = await find(home);
    const { control, file } = loadConfig({ env: home.env, create: true });
    expect(readFileSync(file, 'utf8')).toContain('[control]');
    expect([before, await find(home)]).toEqual([control.socketPath, control.socketPath]);
  });
});
