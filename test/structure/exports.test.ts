import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../ts/system/paths.js';
import { runProgram } from '../../ts/system/process/process.js';
import { plantTree } from './planted-tree.js';

const KNIP = join(projectRoot(), 'node_modules/knip/bin/knip.js');

const tree = plantTree({
  'ts/bin/swictation.ts': "import { used } from '../cli/used.js';\nused();\n",
  'ts/cli/used.ts': [
    'export function used() {}',
    'export function unused() {}',
    'export interface UnusedShape {}',
    '/** Its limit. @forTests */',
    'export const LIMIT = 3;',
    'export const TESTED = 4;',
  ].join('\n'),
  'ts/cli/nobody.ts': 'export const nobody = 1;\n',
  'test/cli/used.test.ts':
    "import { LIMIT, TESTED } from '../../ts/cli/used.js';\nvoid [LIMIT, TESTED];\n",
});
cpSync(join(projectRoot(), 'knip.json'), join(tree.root, 'knip.json'));
afterAll(() => tree.remove());

async function knip(...args: string[]): Promise<string> {
  const limits = { cwd: tree.root, timeoutMs: 120_000, maxOutputBytes: 1_000_000 };
  const include = ['--include', 'files,exports,types', '--no-progress'];
  const run = await runProgram(process.execPath, [KNIP, ...include, ...args], limits);
  return run.stdout;
}

describe('exports that nothing imports', () => {
  it('are reported, and files that nothing reaches', async () => {
    const said = await knip();
    for (const name of ['unused ', 'UnusedShape', 'nobody.ts']) expect(said).toContain(name);
    for (const name of ['used ', 'LIMIT', 'TESTED'])
      expect(said).not.toMatch(new RegExp(`^${name}`, 'm'));
  });

  it('count tests as importers only where the export says @forTests', async () => {
    const said = await knip('--production', '--tags=-forTests');
    expect(said).toContain('TESTED');
    expect(said).not.toContain('LIMIT');
  });
});
