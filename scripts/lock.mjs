// Renews the lock of the Python side: requirements*.txt say what we ask for, locks/*.txt what is installed, every
// package below with version and checksum, for Python 3.11 and newer. Reads metadata only, no package is installed.
//
//   build.txt         what builds the few packages that come as source, installed first
//   embedded.txt      nursery, ear, embedded engine
//   full.txt          the full worker without torch, embedded.txt included
//   torch-cuda13.txt  torch as PyPI has it, and its CUDA 13
//   torch-cuda12.txt  the same for drivers that are older than 580
//   torch-cpu.txt     torch without CUDA, from PyTorch's own index
//   test.txt          what checks and tests need
//   languages.txt     the weights for other languages than English, fetched when a person asks for them
//   serve.txt         the server for other machines, in an environment beside the worker's
//   serve-test.txt    what its tests need beside it
//
// All of them agree: one resolution decides, the others are held to it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const UV = 'uv==0.13.9';
const OLDEST_PYTHON = '3.11';
const CPU_INDEX = 'https://download.pytorch.org/whl/cpu';
/** Packages that come with one build of torch. */
const CUDA_BINDINGS = /^cuda-(bindings|pathfinder)$/;
const OF_TORCH = /^(torch|triton|nvidia-[\w-]+|cuda-[\w-]+)$/;

const root = fileURLToPath(new URL('..', import.meta.url));

const scratch = mkdtempSync(join(tmpdir(), 'swictation-lock-'));
const uv = installUv();
try {
  writeLocks();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function writeLocks() {
  const whole = resolve(['requirements-embedded.txt', 'requirements.txt']);
  const full = whole.filter(({ name }) => !OF_TORCH.test(name));
  const older = resolve(
    [input('older.in', [...direct('requirements.txt'), ...direct('requirements-cuda12.txt')])],
    full,
  );
  write(
    'build.txt',
    full.filter(({ name }) => name === 'setuptools'),
  );
  write('embedded.txt', resolve(['requirements-embedded.txt'], full));
  write('full.txt', full);
  write(
    'torch-cuda13.txt',
    whole.filter(({ name }) => OF_TORCH.test(name)),
  );
  write(
    'torch-cuda12.txt',
    older.filter(({ name }) => OF_TORCH.test(name)),
  );
  write('test.txt', resolve(['requirements-test.txt'], full));
  write('languages.txt', resolve(['requirements-languages.txt']));
  writeServerLocks(full);
  lockCpuBuild(whole);
}

/** The server sees the worker's packages, too, so that what both have must be of one version. */
function writeServerLocks(full) {
  const server = resolve(['requirements-serve.txt'], full);
  const tests = resolve(['requirements-serve-test.txt'], [...full, ...server]);
  const names = [...full, ...server].map(({ name }) => name);
  write('serve.txt', server);
  write(
    'serve-test.txt',
    tests.filter(({ name }) => !names.includes(name)),
  );
}

/** What a requirements file asks for itself; of torch only the last one counts. */
function direct(file) {
  const lines = readFileSync(join(root, file), 'utf8')
    .split('\n')
    .filter((line) => /^[a-z]/i.test(line));
  return file === 'requirements.txt' ? lines.filter((line) => !line.startsWith('torch==')) : lines;
}

/** Every package that the inputs need, held to the versions of `within`: `{name, pin, text}`. */
function resolve(inputs, within = []) {
  const held =
    within.length === 0
      ? []
      : [
          '--constraint',
          input(
            'within.txt',
            within.map(({ pin }) => pin),
          ),
        ];
  const out = join(scratch, 'out.txt');
  rmSync(out, { force: true });
  const options = [
    '--universal',
    '--python-version',
    OLDEST_PYTHON,
    '--generate-hashes',
    '--no-header',
    '--no-annotate',
  ];
  run(uv, ['pip', 'compile', '--quiet', ...options, ...held, ...inputs, '-o', out]);
  return readEntries(readFileSync(out, 'utf8'));
}

function readEntries(text) {
  const entries = text.split(/\n(?=[a-z0-9])/i).filter((entry) => entry.includes('=='));
  return entries.map((entry) => {
    const pin = entry.split('\\\n')[0].trim();
    return { name: pin.split('==')[0], pin, text: entry.trim() };
  });
}

/**
 * NeMo wants CUDA's Python bindings on every machine. PyTorch's index may be out of reach: checksums that are here
 * for the same version stay, and those of another version would be worse than none.
 */
function lockCpuBuild(whole) {
  const pin = whole.find(({ name }) => name === 'torch').pin.split(/[ ;]/)[0];
  const wanted = `${pin}+cpu`;
  const file = join(root, 'locks', 'torch-cpu.txt');
  const kept = existsSync(file) ? readEntries(readFileSync(file, 'utf8')) : [];
  const build = kept.find((entry) => entry.pin === wanted) ?? askCpuIndex(wanted);
  write('torch-cpu.txt', [...whole.filter(({ name }) => CUDA_BINDINGS.test(name)), build]);
}

function askCpuIndex(wanted) {
  const out = join(scratch, 'cpu.txt');
  const index = ['--no-deps', '--index', CPU_INDEX];
  const shape = ['--generate-hashes', '--no-header', '--no-annotate'];
  const version = ['--python-version', OLDEST_PYTHON];
  const source = input('cpu.in', [wanted]);
  run(uv, ['pip', 'compile', '--quiet', ...version, ...shape, ...index, source, '-o', out]);
  return readEntries(readFileSync(out, 'utf8'))[0];
}

function write(name, entries) {
  const head = '# Written by `make lock`; the inputs are requirements*.txt.';
  mkdirSync(join(root, 'locks'), { recursive: true });
  writeFileSync(
    join(root, 'locks', name),
    `${head}\n${entries.map(({ text }) => text).join('\n')}\n`,
  );
  console.log(`locks/${name}: ${entries.length} packages`);
}

function input(name, lines) {
  const file = join(scratch, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** uv in an environment of its own under build/, of the version named above. */
function installUv() {
  const folder = join(root, 'build', 'lock');
  const program = join(folder, 'bin', 'uv');
  const has = existsSync(program) && spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout;
  if (has && `uv==${has.split(' ')[1]}` === UV) return program;
  run('python3', ['-m', 'venv', folder]);
  run(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', UV]);
  return program;
}

function run(program, args) {
  const { status, error, stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return;
  console.error(`make lock: ${program} failed: ${error?.message ?? stderr.trim()}`);
  rmSync(scratch ?? '', { recursive: true, force: true });
  process.exit(1);
}
