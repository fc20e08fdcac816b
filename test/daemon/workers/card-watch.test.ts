import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseCard } from '../../../ts/daemon/assembly/choose-card.js';
import { CardWatch } from '../../../ts/daemon/workers/card-watch.js';
import { nvidiaEnv, plantSysfs } from '../../gpu/fixtures.js';

describe('the choice of a card', () => {
  const root = mkdtempSync(join(tmpdir(), 'swictation-'));
  const sysfs = plantSysfs(join(root, 'sys'), [{}]);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it.each(['garbage', 'driver-gone'] as const)(
    'says so where nvidia-smi plays %s',
    async (mode) => {
      const notes: string[] = [];
      const env = nvidiaEnv(mode, { SWICTATION_SYSFS: sysfs });
      expect(await chooseCard({ kind: 'auto' }, env, (note) => notes.push(note))).toBeNull();
      expect(notes).toEqual([expect.stringContaining('does not answer')]);
    },
  );

  it('says nothing where there is no card', async () => {
    const notes: string[] = [];
    const env = { PATH: '/nonexistent', SWICTATION_SYSFS: join(root, 'none') };
    expect(await chooseCard({ kind: 'auto' }, env, (note) => notes.push(note))).toBeNull();
    expect(notes).toEqual([]);
  });
});

describe('the watch over a card that no worker of ours measures', () => {
  let root: string;
  let watch: CardWatch;
  let troubles: string[];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'swictation-'));
    troubles = [];
  });
  afterEach(async () => {
    await watch.close();
    rmSync(root, { recursive: true, force: true });
  });

  function open(env: NodeJS.ProcessEnv, status: string) {
    const sysfs = plantSysfs(join(root, 'sys'), [{ status }]);
    watch = new CardWatch({ ...env, SWICTATION_SYSFS: sysfs }, (told) => troubles.push(told));
  }

  it('leaves a sleeping card asleep, says so once, and starts no program', async () => {
    open({ PATH: '/nonexistent' }, 'suspended');
    expect([await watch.measure(), await watch.measure()]).toEqual(['asleep', 'asleep']);
    expect(troubles).toEqual([expect.stringContaining('asleep')]);
  });

  it('measures it once it is awake', async () => {
    open(nvidiaEnv('good'), 'suspended');
    expect(await watch.measure()).toBe('asleep');
    plantSysfs(join(root, 'sys'), [{ status: 'active' }]);
    await expect
      .poll(() => watch.measure(), { timeout: 30_000 })
      .toMatchObject({ source: 'nvidia-smi' });
  });
});
