import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chooseCpuEngine, cpuEngineNeedMb } from '../../../ts/policy/workers/cpu-choice.js';

const budget = readFileSync(new URL('../../../docs/memory-budget.md', import.meta.url), 'utf8');
const ARCHIVE_MB = 3_540;

/** The first figure behind `canary-1b-flash` in the column of this number type. */
function budgetMb(column: string): number {
  const rows = budget.split('\n').filter((line) => line.startsWith('|'));
  const cells = (row = '') => row.split('|').map((cell) => cell.trim());
  const head = cells(rows.find((row) => row.includes(column)));
  const flash = cells(rows.find((row) => row.startsWith('| canary-1b-flash')));
  return Number(flash[head.indexOf(column)]?.replaceAll(',', ''));
}

describe('what an engine on the CPU needs', () => {
  test.each([
    ['canary-fp32', 'fp32 MB'],
    ['canary-int8', 'dynamic int8 MB'],
  ] as const)(
    '%s: its weights as docs/memory-budget.md has them, and room to work',
    (engine, column) => {
      const needMb = cpuEngineNeedMb(engine, ARCHIVE_MB);
      expect(needMb).toBeGreaterThan(budgetMb(column) + 250);
      expect(needMb).toBeLessThan(budgetMb(column) + 350);
    },
  );
});

describe('the engine of the next CPU worker', () => {
  test('is the configured one where memory allows, else the embedded one', () => {
    const needMb = cpuEngineNeedMb('canary-int8', ARCHIVE_MB);
    expect(chooseCpuEngine('canary-int8', ARCHIVE_MB, needMb)).toBe('canary-int8');
    expect(chooseCpuEngine('canary-int8', ARCHIVE_MB, needMb - 1)).toBe('embedded');
    expect(chooseCpuEngine('canary-fp32', ARCHIVE_MB, needMb)).toBe('embedded');
  });

  test('is the embedded one without the model, and where it is configured', () => {
    expect(chooseCpuEngine('canary-fp32', null, 64_000)).toBe('embedded');
    expect(chooseCpuEngine('embedded', ARCHIVE_MB, 100)).toBe('embedded');
  });
});
