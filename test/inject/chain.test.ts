import { describe, expect, it } from 'vitest';
import { cutPieces } from '../../ts/inject/cut-pieces.js';
import { key, openDesktop, text } from './harness.js';

const PIECES = [text('the quick brown fox jumps '), key('Return'), text('over the lazy dog ')];

describe('wtype', () => {
  it('types text and keys in order, in calls that it types right', async () => {
    const desktop = await openDesktop('auto');
    const pieces = [...PIECES, key('ctrl-u'), key('super-shift-Left'), text('Äpfel 👩‍👩‍👧 日本')];
    expect(await desktop.deliver(pieces)).toEqual({ kind: 'delivered', by: 'wtype' });
    expect(desktop.window()).toBe(
      'the quick brown fox jumps [-k Return]over the lazy dog [-M ctrl -k u -m ctrl]' +
        '[-M logo -M shift -k Left -m shift -m logo]Äpfel 👩‍👩‍👧 日本',
    );
    expect(desktop.progress).toEqual(cutPieces(pieces).map((_, i) => i + 1));
    expect(desktop.calls()[0]).toEqual(['wtype', 'C.UTF-8', '-']);
    expect(desktop.notices).toEqual([]);
  });

  it('that fails leaves the rest to the clipboard, with a notice', async () => {
    const desktop = await openDesktop('auto', { wtype: ['ok', 'exit 1'] });
    expect(await desktop.deliver(PIECES)).toEqual({ kind: 'delivered', by: 'clipboard' });
    expect(desktop.window() + desktop.clipboard()).toBe(
      'the quick brown fox jumps \nover the lazy dog ',
    );
    expect(desktop.window()).not.toBe('');
    expect(desktop.notices).toEqual([expect.stringContaining('paste')]);
  });

  it.each(['kill 3', 'hang 3'])('ended in the middle (%s) is not typed over', async (step) => {
    const desktop = await openDesktop('auto', { wtype: ['ok', step, 'ok'] }, undefined, 10_000);
    const outcome = await desktop.deliver(PIECES);
    expect(outcome).toMatchObject({ kind: 'failed', piecesDone: 1, uncertain: true });
    const first = cutPieces(PIECES)[0];
    const second = cutPieces(PIECES)[1];
    if (first?.kind !== 'text' || second?.kind !== 'text') throw new Error('text expected');
    expect(desktop.window()).toBe(first.text + second.text.slice(0, 3));
    expect(desktop.clipboard()).toBe('');
    expect(JSON.stringify(outcome)).not.toContain('quick');
  });

  it('stops at an abort', async () => {
    const desktop = await openDesktop('auto', { wtype: ['ok', 'hang 0'] });
    const abort = new AbortController();
    const outcome = desktop.sink.deliver(PIECES, () => abort.abort(), abort.signal);
    expect(await outcome).toMatchObject({ kind: 'failed', piecesDone: 1, uncertain: false });
  });

  it('that never works leaves everything to the next one', async () => {
    const desktop = await openDesktop('wtype', { wtype: ['exit 1'], 'wl-copy': ['exit 1'] });
    expect(await desktop.deliver(PIECES)).toEqual({
      kind: 'failed',
      piecesDone: 0,
      uncertain: false,
      message:
        'wtype failed (exit code 1, the compositor has no virtual keyboard); wl-copy failed (exit code 1, the compositor has no virtual keyboard)',
    });
  });
});

describe('the clipboard', () => {
  it('takes a text with keys, and names those that it can not press', async () => {
    const desktop = await openDesktop('clipboard');
    const pieces = [text('one'), key('Return'), text('two'), key('Tab'), key('ctrl-c')];
    expect(await desktop.deliver(pieces)).toEqual({ kind: 'delivered', by: 'clipboard' });
    expect(desktop.clipboard()).toBe('one\ntwo\t');
    expect(desktop.notices).toEqual([expect.stringContaining('ctrl-c')]);
  });
});

describe('the other injectors', () => {
  it('xdotool types in an X11 session', async () => {
    const desktop = await openDesktop('auto', {}, { DISPLAY: ':9' });
    const pieces = [text('a b '), key('super-shift-Left')];
    expect(await desktop.deliver(pieces)).toEqual({ kind: 'delivered', by: 'xdotool' });
    expect(desktop.calls()).toEqual([
      ['xdotool', 'C.UTF-8', 'type', '--clearmodifiers', '--file', '-'],
      ['xdotool', 'C.UTF-8', 'key', '--clearmodifiers', 'super+shift+Left'],
    ]);
  });

  it('without any, says so at start and types nothing', async () => {
    const desktop = await openDesktop('auto', {}, { WAYLAND_DISPLAY: undefined });
    expect(desktop.problems.map(({ code }) => code)).toEqual(['no_injector']);
    const outcome = await desktop.deliver(PIECES);
    expect(outcome).toMatchObject({ kind: 'failed', piecesDone: 0, uncertain: false });
  });
});
