import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TypedPiece } from '../../ts/domain/keys.js';
import { cutPieces } from '../../ts/inject/cut-pieces.js';
import { findOnPath } from '../../ts/system/find-on-path.js';
import type { Delivered } from './delivered.js';
import { Desktop, plantProgram, whyNoDesktop } from './session.js';
import { inTerminal, key, LAYOUTS, LONG, TEXTS, text } from './texts.js';

const FEEDER = fileURLToPath(new URL('type-pieces.mjs', import.meta.url));
const reason = whyNoDesktop();

describe.skipIf(reason !== null)(`typing into a real window${reason ? ` (${reason})` : ''}`, () => {
  let desktop: Desktop;
  beforeAll(async () => {
    desktop = await Desktop.open();
  });
  afterAll(() => desktop?.close());

  async function type(deliveries: readonly (readonly TypedPiece[])[], env: NodeJS.ProcessEnv = {}) {
    const before = desktop.window().length;
    const input = JSON.stringify(deliveries);
    const { stdout, stderr } = await desktop.run(process.execPath, [FEEDER], { input, env });
    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n');
    const delivered: Delivered[] = lines.map((line) => JSON.parse(line));
    return { delivered, arrived: () => desktop.window().slice(before) };
  }

  it('ten texts arrive exactly', async () => {
    const { delivered, arrived } = await type(TEXTS.map((words) => [text(words)]));
    const wanted = inTerminal(TEXTS.join(''));
    await expect.poll(arrived).toBe(wanted);
    expect(delivered.map(({ outcome }) => outcome)).toEqual(
      TEXTS.map(() => ({ kind: 'delivered', by: 'wtype' })),
    );
    const seconds = delivered.reduce((sum, { tookMs }) => sum + tookMs, 0) / 1000;
    console.log(
      `typed ${wanted.length} characters at ${Math.round(wanted.length / seconds)} a second`,
    );
  });

  it('5,000 characters at once arrive exactly', async () => {
    const { delivered, arrived } = await type([[text(LONG)]]);
    await expect.poll(arrived).toBe(LONG);
    expect(delivered[0]?.outcome).toEqual({ kind: 'delivered', by: 'wtype' });
  });

  it.each(LAYOUTS)('exact on the layout $layout $variant', async ({ layout, variant, words }) => {
    const set = await desktop.run('swaymsg', [
      `input * xkb_layout "${layout}"; input * xkb_variant "${variant}"`,
    ]);
    expect(set.stdout).not.toContain('false');
    const { arrived } = await type([[text(words), key('BackSpace')], [text(TEXTS[5] ?? '')]]);
    await expect.poll(arrived).toBe(`${words}\x7f${TEXTS[5]}`);
  });

  it('the clipboard takes ten texts exactly, each with a notice', async () => {
    for (const words of TEXTS) {
      const { delivered, arrived } = await type([[text(words)]], { SINK: 'clipboard' });
      expect(delivered[0]?.outcome).toEqual({ kind: 'delivered', by: 'clipboard' });
      expect(delivered[0]?.notices).toHaveLength(1);
      expect((await desktop.run('wl-paste', ['--no-newline'])).stdout).toBe(words);
      expect(arrived()).toBe('');
    }
  });

  it('keys arrive in order with the text around them, chords included', async () => {
    const { arrived } = await type([
      [text('git status'), key('Return'), text('no'), key('BackSpace'), key('Tab'), key('Escape')],
      [key('ctrl-c'), key('ctrl-u'), key('alt-b'), key('shift-Left'), key('Up'), text('end')],
      [key('super-shift-Left')],
    ]);
    const wanted = 'git status\rno\x7f\t\x1b\x03\x15\x1bb\x1b[1;2D\x1b[Aend';
    await expect.poll(arrived).toBe(wanted);
    const marker = desktop.workspace.file('super-shift-left');
    await expect.poll(() => existsSync(marker)).toBe(true);
  });

  it('a modifier that is still held on the keyboard makes no shortcuts of the text', async () => {
    const held = desktop.start('wtype', ['-M', 'logo', '-M', 'shift', '-s', '20000']);
    const inputs = async () => (await desktop.run('swaymsg', ['-t', 'get_inputs'])).stdout;
    await expect.poll(inputs).toContain('"type": "keyboard"');
    const { arrived } = await type([[text('d is the hotkey, d d d ')]]);
    await expect.poll(arrived).toBe('d is the hotkey, d d d ');
    await held.terminate(500);
  });

  it('wtype killed in the middle: nothing twice, and what is left is known', async () => {
    const env = plantProgram(desktop, 'wtype', killsItself(3, findOnPath('wtype', process.env)));
    const words = TEXTS[1] ?? '';
    const { delivered, arrived } = await type([[text(words)]], env);
    const [only] = delivered;
    expect(only?.outcome).toMatchObject({ kind: 'failed', piecesDone: 2, uncertain: true });
    const known = cutPieces([text(words)]).slice(0, 2);
    const certain = known.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');
    await expect.poll(() => arrived().startsWith(certain)).toBe(true);
    expect(words.startsWith(arrived())).toBe(true);
    expect(arrived().length).toBeLessThan(words.length);
  });

  it('wtype that fails hands the rest to the next one', async () => {
    const env = plantProgram(desktop, 'wtype', failsFrom(3, findOnPath('wtype', process.env)));
    const words = TEXTS[1] ?? '';
    const { delivered, arrived } = await type([[text(words)]], env);
    expect(delivered[0]?.outcome).toEqual({ kind: 'delivered', by: 'clipboard' });
    expect(delivered[0]?.notices).toEqual([expect.stringMatching(/clipboard/)]);
    const pasted = await desktop.run('wl-paste', ['--no-newline']);
    expect(arrived() + pasted.stdout).toBe(words);
  });
});

/** A wtype whose `turn`th call is killed after its first keys. */
function killsItself(turn: number, real: string | null): string {
  return counting(turn, '-eq', `${real} "$@" & sleep 0.06; kill -9 $!; kill -9 $$`, real);
}

function failsFrom(turn: number, real: string | null): string {
  return counting(turn, '-ge', 'exit 1', real);
}

function counting(turn: number, when: string, then: string, real: string | null): string {
  return `#!/bin/sh
count=$(($(cat "$0.calls" 2>/dev/null || echo 0) + 1))
echo $count > "$0.calls"
if [ $count ${when} ${turn} ]; then exec 3<&0; ${then.replace('"$@" &', '"$@" <&3 &')}; fi
exec ${real} "$@"
`;
}
