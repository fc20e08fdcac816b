import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseCard } from '../../../ts/daemon/assembly/choose-card.js';
import { CardNotes } from '../../../ts/daemon/workers/card-notes.js';
import { CardWatch } from '../../../ts/daemon/workers/card-watch.js';
import { cardEnvironment } from '../../../ts/system/card/visible-card.js';
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

  it('uses a card beside a warning, and passes that on', async () => {
    const notes: string[] = [];
    const env = nvidiaEnv('warning', { SWICTATION_SYSFS: sysfs });
    const card = await chooseCard({ kind: 'cuda' }, env, (note) => notes.push(note));
    expect(card).toMatchObject({ totalMb: 4096 * 1.048576 });
    expect(notes).toEqual([expect.stringMatching(/WARNING: infoROM is corrupted/)]);
  });

  it.each([
    [{ FAKE_MEMORY: '[N/A]' }, /tells no memory of its own/],
    [{ FAKE_MEMORY: 'ERR!' }, /is in trouble: nvidia-smi says ERR!/],
    [{ CUDA_VISIBLE_DEVICES: '' }, /CUDA_VISIBLE_DEVICES= hides every NVIDIA card/],
    [{ CUDA_VISIBLE_DEVICES: '3' }, /CUDA_VISIBLE_DEVICES=3 names no card/],
  ])('says in one line why a card that is there is not used: %j', async (wish, line) => {
    const notes: string[] = [];
    const env = nvidiaEnv('good', { SWICTATION_SYSFS: sysfs, ...wish });
    expect(await chooseCard({ kind: 'auto' }, env, (note) => notes.push(note))).toBeNull();
    expect(notes).toEqual([expect.stringMatching(line)]);
    await expect(chooseCard({ kind: 'cuda' }, env)).rejects.toThrow(line);
  });

  it('names each of two cards once, by what the other world can be told', async () => {
    const log: string[] = [];
    const notes = new CardNotes(
      (message) => log.push(message),
      () => 7,
    );
    const env = nvidiaEnv('good', { SWICTATION_SYSFS: sysfs, FAKE_CARDS: '2' });
    for (let time = 0; time < 2; time++) {
      const card = await chooseCard({ kind: 'auto' }, env, (note) => notes.tell(note));
      expect(cardEnvironment(env, card?.uuid ?? null)).toMatchObject({
        CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
        CUDA_VISIBLE_DEVICES: 'GPU-00000000-1111-2222-3333-444444444444',
      });
    }
    expect(log).toEqual([
      'NVIDIA RTX A1000 Laptop GPU (GPU-00000000-1111-2222-3333-444444444444) is used of 2 cards, ' +
        'the first on the PCI bus; CUDA_VISIBLE_DEVICES=GPU-55555555-6666-7777-8888-999999999999 ' +
        'chooses NVIDIA RTX 4090',
    ]);
  });

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

  it('takes a driver that loads itself for seconds as slow, not as gone, and waits on', async () => {
    const answers = join(root, 'answers');
    open(nvidiaEnv('slow', { FAKE_SLOW_UNTIL: answers }), 'active');
    const [first, early] = await Promise.all([watch.measure(), watch.measure()]);
    expect([first, early]).toEqual(['silent', 'silent']);
    writeFileSync(answers, '');
    expect(await watch.measure()).toMatchObject({ source: 'nvidia-smi' });
    expect(troubles).toEqual([]);
  });

  it('takes a driver that is gone as gone', async () => {
    open(nvidiaEnv('driver-gone'), 'active');
    expect(await watch.measure()).toBeNull();
  });

  it('watches the card that CUDA uses', async () => {
    open(nvidiaEnv('good', { FAKE_CARDS: '2', CUDA_VISIBLE_DEVICES: 'GPU-5555' }), 'active');
    expect(await watch.measure()).toMatchObject({ totalMb: 24564 * 1.048576 });
  });

  it('measures it once it is awake', async () => {
    open(nvidiaEnv('good'), 'suspended');
    expect(await watch.measure()).toBe('asleep');
    plantSysfs(join(root, 'sys'), [{ status: 'active' }]);
    await expect.poll(() => watch.measure()).toMatchObject({ source: 'nvidia-smi' });
  });
});
