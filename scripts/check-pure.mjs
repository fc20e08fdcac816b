// Lint line: in the pure folders time and chance come in with the event, so `Date` and `Math.random` are
// banned. Usage: node scripts/check-pure.mjs [ROOT]; prints FILE:LINE and what to do, exit 1 on a breach.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

const PURE_FOLDERS = ['domain', 'policy', 'speech', 'voice', 'sim'];
const INSTEAD = {
  Date: 'time comes in with the event: use its atS',
  'Math.random': 'chance comes in with the settings: derive it from the seed',
  Math: 'call its functions as Math.name, so that this lint can see which',
  globalThis: 'name the global, so that this lint can see which',
};

const root = process.argv[2] ?? '.';
const breaches = PURE_FOLDERS.flatMap(listSources).flatMap(findBreaches);
for (const line of breaches) console.error(line);
process.exitCode = breaches.length > 0 ? 1 : 0;

function listSources(folder) {
  try {
    return readdirSync(join(root, 'ts', folder), { recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, 'ts', folder, name));
  } catch {
    return [];
  }
}

function findBreaches(file) {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.ES2022,
    true,
  );
  const found = [];
  const visit = (node) => {
    const name = bannedName(node);
    if (name !== null) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${relative(root, file)}:${line + 1}: ${name} is banned here: ${INSTEAD[name]}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Every value named Date or globalThis, `Math.random`, and Math in any way but `Math.name`. */
function bannedName(node) {
  if (!ts.isIdentifier(node) || isNameOnly(node)) return null;
  if (node.text === 'Date' || node.text === 'globalThis') return node.text;
  if (node.text !== 'Math') return null;
  const parent = node.parent;
  if (!ts.isPropertyAccessExpression(parent) || parent.expression !== node) return 'Math';
  return parent.name.text === 'random' ? 'Math.random' : null;
}

/** A type, or the name of a member or key that only happens to read the same. */
function isNameOnly(node) {
  const parent = node.parent;
  if (ts.isTypeReferenceNode(parent)) return true;
  return 'name' in parent && parent.name === node && !ts.isVariableDeclaration(parent);
}
