// What `make check` runs: [name, program, arguments], both languages.
import { join } from 'node:path';

const bin = (name) => join('node_modules', '.bin', name);
const venv = (name) => join('.venv', 'bin', name);
const PYTHON_SOURCES = ['py-worker', 'test/worker'];

export const checks = [
  ['format and lint', bin('biome'), ['check']],
  ['types', bin('tsc'), ['-p', 'tsconfig.test.json']],
  ['types of the pure folders', bin('tsc'), ['-p', 'tsconfig.pure.json']],
  ['types of the page', bin('tsc'), ['-p', 'tsconfig.page.json']],
  ['purity', process.execPath, ['scripts/check-pure.mjs']],
  ['import rules', bin('depcruise'), ['--output-type', 'err-long', 'ts']],
  // An export that only a test needs says so with @forTests.
  ['exports and packages', bin('knip'), ['--no-progress']],
  ['exports of the product', bin('knip'), ['--no-progress', '--production', '--tags=-forTests']],
  ['python lint', venv('ruff'), ['check', ...PYTHON_SOURCES]],
  ['python format', venv('ruff'), ['format', '--check', ...PYTHON_SOURCES]],
  ['python types', venv('mypy'), ['--strict', ...PYTHON_SOURCES]],
];
