import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { projectRoot } from '../../ts/system/paths.js';
import { runProgram } from '../../ts/system/process/process.js';
import { recording, typedText } from '../support/speech.js';

/** Notes what it is asked and knows no service. */
const SYSTEMCTL = '#!/bin/sh\necho "$@" >>"$HOME/../systemctl"\n';
const USER_DATA = [
  '.config/swictation/',
  '.local/share/swictation/',
  '.local/state/swictation/',
] as const;

/** What the machine says of proxies and certificates holds for every account on it. */
function wayToTheNetwork(): NodeJS.ProcessEnv {
  const names =
    /^(NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|npm_config_(registry|cafile)|\w+_proxy)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => names.test(name)));
}

class Account {
  readonly folder = mkdtempSync('/tmp/sw-');
  readonly home = join(this.folder, 'home');
  readonly env: NodeJS.ProcessEnv;

  constructor() {
    const programs = join(this.folder, 'bin');
    for (const folder of [this.home, programs, join(this.folder, 'run')]) {
      mkdirSync(folder, { mode: 0o700 });
    }
    writeFileSync(join(programs, 'systemctl'), SYSTEMCTL, { mode: 0o755 });
    const path = `${programs}:${join(this.home, '.local/bin')}:${process.env.PATH}`;
    this.env = {
      ...wayToTheNetwork(),
      PATH: path,
      HOME: this.home,
      XDG_RUNTIME_DIR: join(this.folder, 'run'),
      // The packages of the checkout's own set-up: nothing is fetched twice.
      npm_config_cache: process.env.npm_config_cache ?? join(homedir(), '.npm'),
      SWICTATION_PYTHON: join(projectRoot(), '.venv', 'bin', 'python'),
    };
    this.write(
      '.config/swictation/config.toml',
      `[control]\nsocket_path = "${this.folder}/c.sock"\nmetrics_socket_path = "${this.folder}/m.sock"\n`,
    );
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  write(path: string, text: string): void {
    mkdirSync(join(this.home, path, '..'), { recursive: true });
    writeFileSync(join(this.home, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.home, path), 'utf8');
  }

  /** One command, as a person types it; the answer is what it prints. */
  async type(command: string): Promise<string> {
    const result = await runProgram('sh', ['-c', command], {
      env: this.env,
      cwd: projectRoot(),
      timeoutMs: LONGEST_MS,
    });
    if (result.code !== 0) throw new Error(`${command}: ${result.stdout}${result.stderr}`);
    return result.stdout;
  }

  /** Every file of the home, folders that hold none with a slash behind their names. */
  files(): string[] {
    return readdirSync(this.home, { recursive: true })
      .map(String)
      .filter((name) => !name.includes('__pycache__'))
      .filter((name) => !lstatSync(join(this.home, name)).isDirectory() || this.#isEmpty(name))
      .sort();
  }

  #isEmpty(folder: string): boolean {
    return readdirSync(join(this.home, folder)).length === 0;
  }

  /** Every link below `path` that leads into the checkout. */
  links(path: string): string[] {
    const names = readdirSync(join(this.home, path), { recursive: true }).map(String);
    const files = names.map((name) => join(this.home, path, name));
    const links = files.filter((file) => lstatSync(file).isSymbolicLink());
    return links.filter((file) => realpathSync(file).startsWith(projectRoot()));
  }

  services(): string {
    return readFileSync(join(this.folder, 'systemctl'), 'utf8');
  }
}

/** The Node packages are unpacked each time, up to three times in a test. */
const LONGEST_MS = 300_000;
const INSTALL = 'scripts/install.sh';
const UNINSTALL = 'scripts/uninstall.sh';
const DICTATE = `swictationd --source wav:${recording('fox')} --fast --sink stdout --start --exit-when-done`;

/** An installation brings its Node packages; without a registry there is nothing to try. */
const asked = spawnSync('npm', ['view', 'commander', 'name', '--fetch-retries=0'], {
  env: { ...wayToTheNetwork(), PATH: process.env.PATH, HOME: '/nonexistent' },
  timeout: 30_000,
});
const whereNpmWorks = describe.skipIf(asked.status !== 0);
if (asked.status !== 0) console.warn('skipped: npm reaches no registry from an empty home');

whereNpmWorks('a fresh account', { timeout: LONGEST_MS }, () => {
  it('installs, dictates, upgrades and uninstalls, one command each', async () => {
    const account = new Account();
    const told = await account.type(INSTALL);
    expect(told).toMatch(/bindsym Mod4\+d exec .*\/swictation toggle/);
    expect(told).toMatch(/bind = SUPER, D, exec/);
    expect(account.services()).toBe(
      '--user daemon-reload\n--user enable --quiet swictation.service\n--user restart --no-block swictation.service\n',
    );
    expect(await account.type(DICTATE)).toBe(typedText(['fox']));
    await expectPapers(account);
    await expectUnit(account);
    const installed = account.files();
    await account.type(INSTALL);
    expect(account.files()).toEqual(installed);
    expect(account.links('.local/share/swictation/app')).toEqual([]);
    expect(await account.type('swictation history')).toMatch(/ 9 /);
    const goodbye = await account.type(UNINSTALL);
    for (const folder of USER_DATA) expect(goodbye).toContain(folder.slice(0, -1));
    const left = account.files().filter((file) => !USER_DATA.some((data) => file.startsWith(data)));
    expect(left).toEqual([]);
    expect(existsSync(join(account.home, '.local/share/swictation/app'))).toBe(false);
    expect(account.files()).toContain('.local/share/swictation/metrics.db');
    expect(await account.type(UNINSTALL)).toMatch(/Uninstalled/);
  });

  it('has commands that find their node where the key of a compositor finds none', async () => {
    const account = new Account();
    await account.type(INSTALL);
    const version = /^\d+\.\d+\.\d+( \(.*\))?\n$/;
    const bare = 'env -i HOME="$HOME" PATH=/nonexistent';
    expect(await account.type(`${bare} "$HOME/.local/bin/swictation" --version`)).toMatch(version);
    expect(await account.type(`${bare} "$HOME/.local/bin/swictationd" --version`)).toMatch(version);
    const debug = 'NODE_OPTIONS=--throw-deprecation\\ --inspect=127.0.0.1:1';
    expect(await account.type(`${debug} swictation --version 2>&1`)).toMatch(version);
  });
});

async function expectPapers(account: Account): Promise<void> {
  const bash = '. ~/.local/share/bash-completion/completions/swictation; complete -p swictation';
  expect(await account.type(`bash -c '${bash}'`)).toContain('_swictation');
  expect(account.read('.local/share/zsh/site-functions/_swictation')).toMatch(/^#compdef/);
  const fish = account.read('.local/share/fish/vendor_completions.d/swictation.fish');
  expect(fish).toMatch(/^complete/);
  expect(account.read('.local/share/man/man1/swictation.1')).toMatch(/^\.TH SWICTATION 1/);
}

/** The service manager knows all of the unit, and the unit names nothing of the checkout. */
async function expectUnit(account: Account): Promise<void> {
  const file = join(account.home, '.config/systemd/user/swictation.service');
  const said = await account.type(
    `command -v systemd-analyze >/dev/null || exit 0; systemd-analyze --user verify ${file} 2>&1`,
  );
  // Steps came with systemd 254.
  const lines = said.split('\n').filter((line) => !/^$|RestartSteps|RestartMaxDelay/.test(line));
  expect(lines).toEqual([]);
  const unit = account.read('.config/systemd/user/swictation.service');
  expect(unit).not.toMatch(/PrivateTmp=|ProtectHome=/);
  expect(unit).not.toContain(projectRoot());
}

whereNpmWorks(
  'an account with the installation that was linked to the checkout',
  {
    timeout: LONGEST_MS,
  },
  () => {
    it('is upgraded by the same command and keeps settings, statistics and recordings', async () => {
      const account = new Account();
      const unit = `[Service]\nExecStart="node" "${projectRoot()}/dist/bin/swictationd.js"\n`;
      account.write('.config/systemd/user/swictation.service', unit);
      account.write('.local/state/swictation/journal/kept.txt', 'speech');
      account.write('.local/share/swictation/metrics.db', '');
      mkdirSync(join(account.home, '.local/bin'), { recursive: true });
      for (const name of ['swictation', 'swictationd']) {
        const target = join(projectRoot(), `dist/bin/${name}.js`);
        symlinkSync(target, join(account.home, '.local/bin', name));
      }
      const settings = account.read('.config/swictation/config.toml');
      const told = await account.type(INSTALL);
      expect(told).not.toMatch(/kept as/);
      expect(account.links('.local')).toEqual([]);
      expect(await account.type('swictation --version')).toMatch(/^\d+\./);
      expect(account.read('.config/systemd/user/swictation.service')).not.toContain(projectRoot());
      expect(account.read('.config/swictation/config.toml')).toBe(settings);
      expect(account.read('.local/state/swictation/journal/kept.txt')).toBe('speech');
      expect(account.files()).toContain('.local/share/swictation/metrics.db');
    });
  },
);

whereNpmWorks('an account with the original', { timeout: LONGEST_MS }, () => {
  it('goes on with its settings and statistics; its programs and services are kept aside', async () => {
    const account = new Account();
    const unit = '[Service]\nExecStart=/usr/bin/python3 swictationd.py\n';
    account.write('.config/systemd/user/swictation.service', unit);
    account.write('.config/systemd/user/swictation-daemon.service', unit);
    account.write('.local/bin/swictation', '#!/bin/sh\necho original\n');
    account.write('.local/share/swictation/metrics.db', '');
    const told = await account.type(INSTALL);
    expect(told).toMatch(/statistics are continued: .*metrics\.db/);
    expect(told).toMatch(/settings are continued: .*config\.toml/);
    expect(account.services()).toContain('--user disable --now swictation-daemon.service\n');
    expect(account.read('.config/systemd/user/swictation.service')).toContain('Type=notify');
    for (const name of ['swictation', 'swictation-daemon']) {
      expect(account.read(`.config/systemd/user/${name}.service.before`)).toBe(unit);
    }
    expect(await account.type('swictation --version')).toMatch(/^\d+\./);
    const goodbye = await account.type(UNINSTALL);
    expect(goodbye.match(/kept from before: .*/g)).toHaveLength(3);
    expect(existsSync(join(account.home, '.local/bin/swictation'))).toBe(false);
  });
});
