import { chownSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../ts/system/process/process.js';
import { askSocket, CLIENT } from '../support/daemon.js';
import { openHome } from '../support/home.js';
import { recording } from '../support/speech.js';

const NOBODY = 65_534;

describe('the second person at a machine', () => {
  it.skipIf(process.getuid?.() !== 0)(
    'gets a daemon beside the sockets of the first, and clients that find it',
    async () => {
      const home = openHome();
      for (const path of [home.controlSocket, home.metricsSocket]) {
        writeFileSync(path, '');
        chownSync(path, NOBODY, NOBODY);
      }
      const source = ['--source', `wav:${recording('fox')}`, '--device', 'cpu'];
      const daemon = home.start([...source, '--sink', `file:${home.file('typed')}`]);
      await daemon.said(/ready/);
      const about = daemon.stderr().match(/belongs to another user/g);
      expect(about).toHaveLength(1);
      const client = async (...args: string[]) =>
        await runProgram(process.execPath, [CLIENT, ...args], { env: home.env, timeoutMs: 60_000 });
      expect((await client('toggle')).stdout).toMatch(/✓ State: recording/);
      expect((await client('status')).stdout).toMatch(/^Daemon state: /);
      expect(await askSocket(home.controlSocket2, '{"action":"status"}')).toMatch(/success/);
      expect((await client('doctor')).stdout).toMatch(/^ok +sockets/m);
      expect((await client('stop')).code).toBe(0);
      expect(await daemon.exited).toMatchObject({ code: 0 });
    },
  );
});
