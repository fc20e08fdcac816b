import { describe, expect, it } from 'vitest';
import { parseReport } from '../../ts/gpu/card-report.js';
import { reportCard } from '../../ts/gpu/report-card.js';
import { nvidiaEnv } from './fixtures.js';

const CARD = {
  name: 'NVIDIA RTX A1000 Laptop GPU',
  uuid: 'GPU-00000000-1111-2222-3333-444444444444',
  totalMb: 4096 * 1.048576,
  usedMb: 596 * 1.048576,
  freeMb: 3500 * 1.048576,
  temperatureC: 47,
};

describe('reportCard', () => {
  it('reports cards and the processes on them', async () => {
    const result = await reportCard({ env: nvidiaEnv('good'), deadlineMs: 30_000 });
    expect(result).toEqual({
      kind: 'report',
      report: {
        driverVersion: '550.54.14',
        cudaVersion: '12.4',
        cards: [
          { ...CARD, processes: [{ pid: 4242, name: '/usr/bin/game', usedMb: 287 * 1.048576 }] },
        ],
      },
    });
  });

  it('reports what it can when a warning makes the library fail', async () => {
    const result = await reportCard({ env: nvidiaEnv('stderr'), deadlineMs: 30_000 });
    expect(result).toMatchObject({
      kind: 'report',
      report: {
        driverVersion: '550.54.14',
        cudaVersion: null,
        cards: [{ ...CARD, processes: [] }],
      },
    });
  });

  it('waits for a slow driver', async () => {
    const env = nvidiaEnv('slow', { FAKE_SLOW_S: '0.5' });
    expect((await reportCard({ env, deadlineMs: 30_000 })).kind).toBe('report');
  });

  it('gives up on one that hangs', async () => {
    const result = await reportCard({ env: nvidiaEnv('hanging'), deadlineMs: 500 });
    expect(result).toMatchObject({ kind: 'trouble', trouble: { kind: 'silent' } });
  });

  it('names what is wrong with the driver', async () => {
    const gone = await reportCard({ env: nvidiaEnv('driver-gone'), deadlineMs: 30_000 });
    expect(gone).toMatchObject({ kind: 'trouble', trouble: { kind: 'driver_gone' } });
    const garbage = await reportCard({ env: nvidiaEnv('garbage'), deadlineMs: 30_000 });
    expect(garbage.kind).toBe('trouble');
    const missing = await reportCard({ env: { PATH: '/nonexistent' }, deadlineMs: 30_000 });
    expect(missing).toMatchObject({ kind: 'trouble', trouble: { kind: 'missing' } });
  });
});

describe('parseReport', () => {
  it('reads several cards, and figures that a card does not tell', () => {
    const gpu = (uuid: string) => ({
      product_name: 'A',
      uuid,
      fb_memory_usage: { total: '8 MiB', used: 'N/A', free: '[N/A]' },
      processes: '',
    });
    const log = { driver_version: '1', gpu: [gpu('a'), gpu('b')] };
    const report = parseReport(JSON.stringify({ nvidia_smi_log: log }));
    expect(
      report?.cards.map((card) => [card.uuid, card.totalMb, card.usedMb, card.freeMb]),
    ).toEqual([
      ['a', 8 * 1.048576, null, null],
      ['b', 8 * 1.048576, null, null],
    ]);
  });

  it.each(['', 'null', '{}', '{"nvidia_smi_log":{"gpu":1}}', '[1'])('refuses %j', (json) => {
    expect(parseReport(json)).toBeNull();
  });
});
