import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { publishEvents } from '../../ts/control/publish-events.js';
import { serveCommands } from '../../ts/control/serve-commands.js';
import { ERROR_CODES } from '../../ts/protocol/command/command.js';
import { ACTIONS } from '../../ts/protocol/command/command-actions.js';
import { EVENT_TOPICS } from '../../ts/protocol/command/events.js';
import { closing, temporaryFolder } from './sockets.js';

const page = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Names in the first column of the table under this heading row. */
function namesUnder(heading: string): string[] {
  const rows = page.slice(page.indexOf(`| ${heading} |`)).split('\n\n')[0] ?? '';
  return [...rows.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name ?? '');
}

test('the tables of docs/commands.md name what the program knows', () => {
  expect(namesUnder('action')).toEqual(Object.keys(ACTIONS));
  expect(namesUnder('code')).toEqual([...ERROR_CODES]);
  expect(namesUnder('topic')).toEqual([...EVENT_TOPICS]);
});

/** Code blocks of one language. */
function examples(language: string): string[] {
  const blocks = page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'));
  return [...blocks].map(([, code]) => code ?? '');
}

async function run(command: string, args: readonly string[], runtime: string): Promise<string> {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, XDG_RUNTIME_DIR: runtime },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return (await text(child.stdout)).trim();
}

test('its examples work as they stand', async () => {
  const runtime = temporaryFolder();
  const folder = join(runtime, 'swictation');
  const handler = { handle: async () => ({ state: 'idle' }) };
  closing(await serveCommands(`ipc://${folder}/command`, handler));
  const publisher = closing(await publishEvents(`ipc://${folder}/events`));
  const telling = setInterval(() => publisher.publish('state', { state: 'recording' }), 20);
  onTestFinished(() => clearInterval(telling));
  const python = join(root, '.venv', 'bin', 'python');
  const [command = '', event = ''] = examples('python');
  const [node = ''] = examples('js');
  expect(await run(python, ['-c', command], runtime)).toBe('idle');
  expect(await run(python, ['-c', event], runtime)).toBe('state recording');
  expect(await run(process.execPath, ['--input-type=module', '-e', node], runtime)).toBe('idle');
});
