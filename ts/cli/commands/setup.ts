import { machine } from 'node:os';
import { dirname, join } from 'node:path';
import { Problem } from '../../domain/problem.js';
import { BUILDS, type TorchBuild } from '../../domain/torch-build.js';
import { findCardDriver } from '../../system/card/card-driver.js';
import { projectRoot } from '../../system/paths.js';
import { startProgram } from '../../system/process/process.js';
import {
  environmentFolder,
  installedTorch,
  setupCommand,
} from '../../system/python/environment.js';
import {
  type Call,
  type CliContext,
  type CommandRun,
  hasFlag,
  print,
  textOption,
} from '../context.js';
import { findBasePython } from '../setup/base-python.js';
import { createEnvironment, demandSpace, environmentVersion } from '../setup/environment.js';
import { setUpLanguages } from '../setup/languages.js';
import { holdSetup } from '../setup/one-at-a-time.js';
import { type LockName, openPackages, type Packages } from '../setup/pip.js';
import { planSetup } from '../setup/plan.js';

/** PyTorch's own index, the only one with its builds for the CPU. */
const CPU_INDEX = 'https://download.pytorch.org/whl/cpu';
/** What the environments take, MB, and a little room: 548 and 2,574 were measured; CUDA's libraries are 5,000 more. */
const EMBEDDED_MB = 700;
const FULL_MB = 3_000;
const CUDA_MB = 8_000;

/** Creates or mends the Python environment of this installation, from the locks. Running it again costs nothing. */
export const run: CommandRun = async (call) => {
  const { context } = call;
  if (hasFlag(call, 'remove')) return runScript('uninstall.sh', context);
  if (hasFlag(call, 'languages')) return setUpLanguages(context);
  const folder = environmentFolder(context.env);
  if (hasFlag(call, 'dryRun')) return setUp(call, folder);
  const lock = await holdSetup(folder, context);
  try {
    return await setUp(call, folder);
  } finally {
    lock.release();
  }
};

async function setUp(call: Call, folder: string): Promise<number> {
  const { context } = call;
  const card = await findCardDriver(context.env);
  const present = findPresent(folder);
  const plan = planSetup({ full: hasFlag(call, 'full'), card, machine: machine(), present });
  const lines = [
    `environment  ${folder}`,
    `driver       ${card === null ? 'none that works' : describeCard(card)}`,
    `torch        ${plan.torch === null ? 'not needed: the embedded engine dictates' : describeBuild(plan.torch)}`,
  ];
  if (hasFlag(call, 'dryRun')) print(context.stdout, ...lines);
  if (plan.why !== null && !hasFlag(call, 'quiet')) tell(context, plan.why);
  if (hasFlag(call, 'dryRun')) return 0;
  const changed = await install(call, folder, plan.torch);
  if (changed || !hasFlag(call, 'quiet')) print(context.stdout, `Ready: ${folder}`);
  return hasFlag(call, 'service') ? runScript('put-in-place.sh', context) : 0;
}

/** The scripts that `make install` uses, which travel with the programs. */
async function runScript(name: string, { env, onInterrupt }: CliContext): Promise<number> {
  const script = join(projectRoot(), 'scripts', name);
  const program = startProgram('sh', [script], {
    env: { ...env, PATH: `${dirname(process.execPath)}:${env.PATH ?? ''}` },
    stdout: 'inherit',
    stderr: 'inherit',
  });
  const stopListening = onInterrupt(() => program.terminate(1_000));
  const exit = await program.exited;
  stopListening();
  return exit.kind === 'exited' && exit.code === 0 ? 0 : 1;
}

/** True where anything had to be done. */
async function install(call: Call, folder: string, torch: TorchBuild | null): Promise<boolean> {
  const { context } = call;
  const created = await ensureEnvironment(call, folder);
  const packages = openPackages(folder, context);
  const embedded: readonly LockName[] = ['build', 'embedded'];
  const isEmbeddedNew = !packages.isCurrent('embedded', embedded);
  if (isEmbeddedNew) {
    demandSpace(folder, EMBEDDED_MB);
    tell(context, 'installing the embedded engine');
    await packages.install(['build']);
    await packages.install(['embedded']);
    packages.note('embedded', embedded);
  }
  const isFullNew = torch !== null && (await installFull(packages, torch, folder, context));
  return created || isEmbeddedNew || isFullNew;
}

/** A Python that is asked for by name replaces one of another version. */
async function ensureEnvironment(call: Call, folder: string): Promise<boolean> {
  const { env } = call.context;
  const wanted = textOption(call, 'python');
  const asked = wanted === undefined ? null : await findBasePython(env, wanted);
  const version = await environmentVersion(folder, env);
  if (version !== null && (asked === null || asked.version === version)) return false;
  const base = asked ?? (await findBasePython(env));
  tell(call.context, `creating the Python environment with Python ${base.version}`);
  await createEnvironment(folder, base, env);
  return true;
}

/** The build of torch is changed with all that came with it: gigabytes of another CUDA would stay. */
async function installFull(
  packages: Packages,
  torch: TorchBuild,
  folder: string,
  context: CliContext,
): Promise<boolean> {
  const locks: readonly LockName[] = ['full', `torch-${torch.name}`];
  const present = findPresent(folder);
  if (packages.isCurrent('full', locks) && present.torch === torch.name) return false;
  demandSpace(folder, torch.cuda === null ? FULL_MB : CUDA_MB);
  if (present.full && present.torch !== torch.name) {
    tell(context, `removing torch ${present.version}`);
    await packages.remove(BUILDS.map(({ name }) => `torch-${name}` as const));
  }
  tell(context, `installing the full worker with torch ${describeBuild(torch)}`);
  if (torch.cuda === null) await installCpuBuild(packages, context);
  else await packages.install(locks);
  packages.note('full', locks);
  return true;
}

/**
 * PyPI has no build for the CPU of most machines. One that is at hand is taken, else PyTorch's index is asked, for
 * that alone: an index that can't be reached would be tried for each package.
 */
async function installCpuBuild(packages: Packages, { env }: CliContext): Promise<void> {
  const index = env.TORCH_INDEX || CPU_INDEX;
  const torch: readonly LockName[] = ['torch-cpu'];
  const atHand = await packages.install(torch, { silent: true }).then(yes, no);
  if (!atHand && !(await packages.install(torch, { index, silent: true }).then(yes, no))) {
    throw new Problem(
      'torch_missing',
      `Canary is not available, the embedded engine is: torch's build for the CPU is not at ${index}; ` +
        `type TORCH_INDEX=URL ${setupCommand(true)} with the address of another PyTorch index`,
    );
  }
  await packages.install(['full']);
}

const yes = () => true;
const no = () => false;

/** What the environment holds of the full worker. `torch` is null for a build that is none of ours. */
function findPresent(folder: string) {
  const found = installedTorch(join(folder, 'bin', 'python'));
  const build = BUILDS.find(
    ({ torch, cuda }) => found?.version.split('+')[0] === torch && found.cuda === cuda,
  );
  return { full: found !== null, torch: build?.name ?? null, version: found?.version ?? '' };
}

function describeCard({ version, capability }: { version: string; capability: string | null }) {
  return capability === null ? version : `${version}, compute capability ${capability}`;
}

function describeBuild({ torch, cuda }: TorchBuild): string {
  return cuda === null ? `${torch} for the CPU` : `${torch} for CUDA ${cuda}`;
}

function tell({ stderr }: CliContext, line: string): void {
  print(stderr, `setup: ${line}`);
}
