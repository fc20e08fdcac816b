import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../ts/system/paths.js';
import { runProgram } from '../../ts/system/process/process.js';
import { plantTree } from './planted-tree.js';

let tree: ReturnType<typeof plantTree> | undefined;
afterEach(() => tree?.remove());

function checkPure(sources: Readonly<Record<string, string>>) {
  tree = plantTree(sources);
  const script = join(projectRoot(), 'scripts', 'check-pure.mjs');
  return runProgram(process.execPath, [script, tree.root], { timeoutMs: 60_000 });
}

describe('the lint of the pure folders', () => {
  it.each([
    ['Date', 'const t = Date.now();'],
    ['Date', 'const t = new Date();'],
    ['Date', 'const { now } = Date;'],
    ['Math.random', 'const r = Math.random();'],
    ['Math.random', 'const r = Math.random;'],
    ['Math', 'const { random } = Math;'],
    ['Math', "const r = Math['random']();"],
    ['globalThis', "const r = globalThis['Da' + 'te'];"],
  ])('reports %s in: %s', async (name, line) => {
    const result = await checkPure({ 'ts/policy/deep/a.ts': `export const x = 1;\n${line}\n` });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`ts/policy/deep/a.ts:2: ${name} is banned here: `);
  });

  it('leaves other folders, other functions and mere names alone', async () => {
    const result = await checkPure({
      'ts/system/a.ts': 'export const t = Date.now();\n',
      'ts/voice/a.ts': 'export const a = { Date: Math.max(1, 2) };\nexport const b = a.Date;\n',
      'ts/sim/a.ts': '// Date.now() in words\nexport const text = "Math.random()";\n',
    });
    expect([result.stderr, result.code]).toEqual(['', 0]);
  });
});

describe('the compiler project of the pure folders', () => {
  it.each([
    ['a timer', 'setTimeout(() => {}, 1);'],
    ['the process', 'export const pid = process.pid;'],
    ['a buffer', 'export const b = Buffer.alloc(1);'],
    ['the console', "console.log('x');"],
  ])('does not compile %s', async (_name, line) => {
    tree = plantTree({ 'ts/policy/a.ts': `export const x = 1;\n${line}\n` });
    const pure = join(projectRoot(), 'tsconfig.pure.json');
    const options = {
      extends: pure,
      include: ['ts/policy/**/*.ts'],
      compilerOptions: { rootDir: 'ts' },
    };
    writeFileSync(join(tree.root, 'tsconfig.pure.json'), JSON.stringify(options));
    const compiler = join(projectRoot(), 'node_modules', 'typescript', 'bin', 'tsc');
    const result = await runProgram(process.execPath, [compiler, '-p', 'tsconfig.pure.json'], {
      cwd: tree.root,
      timeoutMs: 120_000,
    });
    expect(result.stdout).toMatch(/ts\/policy\/a\.ts\(2,\d+\): error TS/);
  });
});
