import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAEMON } from '../support/daemon.js';
import { recording, typedText } from '../support/speech.js';
import { Desktop, whyNoDesktop } from './session.js';

/** Spoken by flite's voice slt. */
const SCRATCH = fileURLToPath(new URL('../fixtures/scratch-that.wav', import.meta.url));
const reason = whyNoDesktop();

describe.skipIf(reason !== null)(
  `"scratch that" on a desktop${reason ? ` (${reason})` : ''}`,
  () => {
    let desktop: Desktop;
    let log = '';
    beforeAll(async () => {
      desktop = await Desktop.open();
      const daemon = desktop.start(process.execPath, [DAEMON, '--device', 'cpu']);
      daemon.stderr?.on('data', (chunk: Buffer) => {
        log += chunk.toString();
      });
    });
    afterAll(() => desktop?.close());

    /** What is left when each BackSpace has taken its character. */
    const left = () => {
      const kept: string[] = [];
      for (const character of desktop.window()) {
        if (character === '\x7f') kept.pop();
        else kept.push(character);
      }
      return kept.join('');
    };
    const state = async () =>
      /Daemon state: (\w+)/.exec((await desktop.client('status')).stdout)?.[1];
    const said = (name: string) => desktop.play(name === 'scratch' ? SCRATCH : recording(name));
    const poll = <T>(look: () => T) => expect.poll(look);

    it('takes back the last text, and only that', async () => {
      await poll(() => log).toContain('ready');
      await desktop.pressHotkey();
      await expect.poll(state).toBe('recording');
      await desktop.client('status');
      await said('fox');
      await poll(left).toBe(typedText(['fox']));
      await said('garden');
      await poll(left).toBe(typedText(['fox', 'garden']));
      await said('scratch');
      await poll(left).toBe(typedText(['fox']));
    });

    it('a second time it takes nothing, and says why', async () => {
      await said('scratch');
      await poll(() => log).toContain('took nothing back: the last text was taken back already');
      expect(left()).toBe(typedText(['fox']));
    });

    it('in another window it takes nothing, and says why', async () => {
      await said('train');
      await poll(left).toBe(typedText(['fox', 'train']));
      const before = desktop.window();
      const other = desktop.workspace.file('other');
      desktop.start('foot', [
        '--log-level=error',
        'sh',
        '-c',
        `stty raw -echo && exec tee ${other}`,
      ]);
      await poll(() => readIfThere(other)).toBe('');
      await said('scratch');
      await poll(() => log).toContain('took nothing back: another window has the focus');
      expect(desktop.window()).toBe(before);
      expect(readIfThere(other)).toBe('');
    });
  },
);

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
