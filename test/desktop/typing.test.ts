import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TypedPiece } from '../../ts/domain/keys.js';
import { cutPieces } from '../../ts/inject/cut-pieces.js';
import type { DeliveryOutcome } from '../../ts/inject/sink.js';
import { findOnPath } from '../../ts/system/find-on-path.js';
import { Desktop, plantProgram, whyNoDesktop } from './session.js';

const FEEDER = fileURLToPath(new URL('type-pieces.mjs', import.meta.url));
const reason = whyNoDesktop();

const SENTENCES = [
  'Hello, world! How are you? ',
  'Wait; is it 9:30 - or (maybe) 10? ',
  'naïve café, Zürich, Łódź, señor, Ærø, garçon ',
  'done ✅ and 😀 and 👍🏽 and 🇫🇷 too ',
  'quotes "a" \'b\' `c` «d» „e“ ‘f’ … – — ',
  'if (a[0] && b != {c: <d>}) { e |= ~f ^ g; } # $5 @ 10% \\ /x_y * z+1 ',
  'The quick brown fox jumps over the lazy dog, 0123456789 times! ',
  'Привет, мир: ελληνικά и русский ',
  '日本語と中文、한국어 ',
  'first line\nsecond line\n\tindented\n',
];

const text = (words: string): TypedPiece => ({ kind: 'text', text: words });
const key = (name: string): TypedPiece => ({ kind: 'key', key: name });

interface Delivered {
  readonly outcome: DeliveryOutcome;
  readonly done: number;
  readonly tookMs: number;
  readonly notices: readonly string[];
}

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

  it('ten sentences arrive exactly', async () => {
    const { delivered, arrived } = await type(SENTENCES.map((words) => [text(words)]));
    const wanted = SENTENCES.join('').replaceAll('\n', '\r');
    await expect.poll(arrived).toBe(wanted);
    expect(delivered.map(({ outcome }) => outcome)).toEqual(
      SENTENCES.map(() => ({ kind: 'delivered', by: 'wtype' })),
    );
    const seconds = delivered.reduce((sum, { tookMs }) => sum + tookMs, 0) / 1000;
    console.log(
      `typed ${wanted.length} characters at ${Math.round(wanted.length / seconds)} a second`,
    );
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
    const words = SENTENCES[6] ?? '';
    const { delivered, arrived } = await type([[text(words)]], env);
    const [only] = delivered;
    expect(only?.outcome).toMatchObject({ kind: 'failed', piecesDone: 2, uncertain: true });
    const known = cutPieces([text(words)]).slice(0, 2);
    const certain = known.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');
    await expect.poll(arrived).toMatch(new RegExp(`^${certain}`));
    expect(words.startsWith(arrived())).toBe(true);
    expect(arrived().length).toBeLessThan(words.length);
  });

  it('wtype that fails hands the rest to the next one', async () => {
    const env = plantProgram(desktop, 'wtype', failsFrom(3, findOnPath('wtype', process.env)));
    const words = SENTENCES[6] ?? '';
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
