/**
 * The import rules of docs/architecture.md. Each comment says what to do instead; `npm run check:imports`
 * prints it beside the import that breaks the rule, and test/structure plants a breach of every rule.
 */

const PURE = ['domain', 'policy', 'speech', 'voice', 'sim'];
const ISLANDS = [
  'config',
  'journal',
  'capture',
  'worker',
  'gpu',
  'inject',
  'control',
  'store',
  'history',
  'remote',
];

/** What each folder may import beside itself. */
const MAY_IMPORT = {
  domain: [],
  policy: ['domain'],
  speech: ['domain'],
  voice: ['domain'],
  protocol: ['domain'],
  sim: ['domain', 'policy', 'speech', 'voice'],
  system: ['domain'],
  ...Object.fromEntries(ISLANDS.map((island) => [island, ['domain', 'protocol', 'system']])),
  daemon: ['domain', 'policy', 'speech', 'voice', 'protocol', 'sim', 'system', ...ISLANDS],
  report: ['domain'],
  cli: ['domain', 'protocol', 'voice', 'sim', 'store', 'history', 'report', 'config', 'system'],
};

const INSTEAD = {
  domain: 'ts/domain imports nothing: move what needs more into the folder that needs it.',
  policy:
    'ts/policy decides with values of ts/domain: let the daemon pass the fact in with an event.',
  speech: 'ts/speech is pure: take the value as an argument, typed by ts/domain.',
  voice: 'ts/voice is pure: take the value as an argument, typed by ts/domain.',
  protocol: 'ts/protocol turns bytes into values of ts/domain: keep sockets and rules out of it.',
  sim: 'ts/sim models the world for ts/policy: let ts/cli read files and print.',
  system:
    'ts/system knows no part of dictation: pass a function in, or move the code to an adapter.',
  report: 'ts/report draws what has happened: let ts/cli read it and pass it in.',
  daemon:
    'ts/daemon wires the adapters and is not a command: move what ts/cli needs into an adapter.',
  cli: 'ts/cli talks to the daemon through ts/control/client.ts and reads ts/store, ts/config and ts/journal/list-waiting.ts only.',
  island:
    'An adapter is an island: let ts/daemon pass the value on, or move the shared type to ts/domain.',
};

function folderRule(folder) {
  const allowed = [folder, ...MAY_IMPORT[folder]].join('|');
  return {
    name: `folder-${folder}`,
    comment: INSTEAD[folder] ?? INSTEAD.island,
    severity: 'error',
    from: { path: `^ts/${folder}/` },
    to: { path: '^ts/', pathNot: [`^ts/(${allowed})/`, ...cliExceptions(folder)] },
  };
}

/**
 * The rooms of a folder from the top down, each with what to do where it seems to need a room above it. A room imports
 * from rooms below it only. A file at the folder's own top lies above all rooms; a file that is named is a room itself.
 */
const ROOMS = {
  'ts/daemon': {
    offline:
      'Files to text know nothing of the running daemon: move what both need into assembly/.',
    assembly:
      'The core is put together for the daemon and for files alike: take the value as an argument.',
    interface: 'Commands answer from the core: hand what they need to commandHandlers.',
    reporting: 'Whoever is told decides nothing: take the figures as a function in the ports.',
    core: 'The core reaches outside through CorePorts only: add a verb there, and let the daemon supply it.',
    workers:
      'What a decision does to processes reports by facts: call learn() of its ports instead.',
    delivery: 'Delivery gets texts and says how they ended: add a callback to its ports.',
    utterances: 'Utterances know no keyboard: add a callback to the ports of Cutting.',
    hearing: 'Hearing hands over frames and marks: add a callback to its effects.',
    'ports.ts': 'ports.ts holds what all rooms need of the journal and the sink, and imports none.',
  },
  'ts/policy': {
    telling: 'ts/policy consists of rooms: move the file that is needed into one of them.',
    'decide.ts': 'decide calls the rules and tells nobody: let the caller explain the decisions.',
    facts: 'A fact changes the state: move the rule that it starts into the room of that rule.',
    transcribing:
      'Where an utterance goes follows from where models live: pass the answer in the turn.',
    placement:
      'Where a model lives follows from its process and the memory: read the state instead.',
    workers: 'Which process lives is decided before what it does: read the state instead.',
    memory:
      'How full the card is follows from samples alone: move the consequence to a room above.',
    state: 'The state knows no rule: move the rule into the room that asks for it.',
  },
};

/** One rule a room: the rooms above it, and the folder's own files, are out of its sight. */
function roomRules(folder, rooms) {
  const names = Object.keys(rooms);
  const pathOf = (room) =>
    room.endsWith('.ts') ? `${folder}/${room.replace('.', '\\.')}$` : `${folder}/${room}/`;
  return names.map((room, at) => ({
    name: `room-${folder.replace('ts/', '')}-${room.replace('.ts', '')}`,
    comment: rooms[room],
    severity: 'error',
    from: { path: `^${pathOf(room)}` },
    to: { path: `^${folder}/`, pathNot: names.slice(at).map((below) => `^${pathOf(below)}`) },
  }));
}

/** The places where a command reaches further than ts/cli otherwise may. */
function cliExceptions(folder) {
  return folder === 'cli'
    ? ['^ts/control/client\\.ts$', '^ts/journal/list-waiting\\.ts$', '^ts/daemon/']
    : [];
}

/** An outside package may be touched in these files only. */
function doorRule(name, packages, doors, comment) {
  return {
    name: `door-${name}`,
    comment,
    severity: 'error',
    from: { path: '^ts/', pathNot: doors },
    to: { path: packages },
  };
}

function npmPackage(name) {
  return `(^|/)node_modules/${name}/`;
}

module.exports = {
  forbidden: [
    ...Object.keys(MAY_IMPORT).map(folderRule),
    ...Object.entries(ROOMS).flatMap(([folder, rooms]) => roomRules(folder, rooms)),
    {
      name: 'cli-daemon-only-to-transcribe',
      comment:
        'Only the offline command `transcribe` runs the pipeline itself: other commands ask the daemon.',
      severity: 'error',
      from: { path: '^ts/cli/', pathNot: '^ts/cli/commands/transcribe\\.ts$' },
      to: { path: '^ts/daemon/' },
    },
    {
      name: 'bin-starts-only',
      comment: 'A program in ts/bin only starts ts/daemon or ts/cli: put the code there.',
      severity: 'error',
      from: { path: '^ts/bin/' },
      to: { path: '^ts/', pathNot: '^ts/(bin|daemon|cli|system|domain)/' },
    },
    {
      name: 'nothing-above-the-programs',
      comment: 'Nothing imports ts/bin: move what is shared into ts/daemon or ts/cli.',
      severity: 'error',
      from: { path: '^ts/', pathNot: '^ts/bin/' },
      to: { path: '^ts/bin/' },
    },
    {
      name: 'pure-stays-pure',
      comment: 'Pure folders know neither Node nor packages: take the value as an argument.',
      severity: 'error',
      from: { path: `^ts/(${PURE.join('|')})/` },
      to: { pathNot: '^ts/' },
    },
    doorRule(
      'child-process',
      '^(node:)?(child_process|cluster|worker_threads)$',
      '^ts/system/process/',
      'Start programs with startProgram or runProgram of ts/system/process/process.ts.',
    ),
    doorRule(
      'zeromq',
      npmPackage('zeromq'),
      '^ts/(worker|control)/',
      'ZeroMQ lives in ts/worker and ts/control: use their functions.',
    ),
    doorRule(
      'msgpackr',
      npmPackage('msgpackr'),
      '^ts/(protocol|worker|control)/',
      'Messages are encoded and decoded in ts/protocol: use its functions.',
    ),
    doorRule(
      'undici',
      npmPackage('undici'),
      '^ts/remote/',
      'Sound leaves this machine through ts/remote only: use RemoteEngine.',
    ),
    doorRule(
      'uplot',
      npmPackage('uplot'),
      '^ts/report/page/',
      'Charts are drawn in the browser: ts/report/page has them.',
    ),
    doorRule(
      'libsql',
      npmPackage('(libsql|@libsql)'),
      '^ts/(store|journal)/',
      'SQLite lives in ts/store and ts/journal: add a function there.',
    ),
    doorRule(
      'smol-toml',
      npmPackage('smol-toml'),
      '^ts/config/',
      'TOML is read and written in ts/config: take the loaded settings.',
    ),
    doorRule(
      'dbus',
      npmPackage('dbus-next'),
      '^ts/system/',
      'D-Bus lives in ts/system: use notify.ts, logind.ts or dbus.ts.',
    ),
    doorRule(
      'pino',
      npmPackage('pino'),
      '^ts/system/',
      'Take a Log of ts/system/log.ts as an argument.',
    ),
    doorRule(
      'card-tools',
      npmPackage('(pidusage|node-nvidia-smi)'),
      '^ts/gpu/',
      'Figures of cards and processes come from ts/gpu.',
    ),
    doorRule(
      'commander',
      npmPackage('commander'),
      ['^ts/(cli|bin)/', '^ts/daemon/options\\.ts$'],
      'Command lines are parsed in ts/cli.',
    ),
    {
      name: 'product-without-tests',
      comment:
        'The product must run without tests, benches and their packages: move the code into ts/.',
      severity: 'error',
      from: { path: '^ts/' },
      to: { path: ['^(test|bench|scripts)/', npmPackage('(vitest|fast-check|vite)')] },
    },
    {
      name: 'no-circles',
      comment: 'Two files that import each other are one: move what both need into a third.',
      severity: 'error',
      from: { path: '^ts/' },
      to: { circular: true },
    },
    {
      name: 'everything-resolves',
      comment:
        'The import leads nowhere: correct the path (relative imports end in .js) or declare the package.',
      severity: 'error',
      from: { path: '^ts/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
