import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createSink, type SinkDependencies } from '../../ts/inject/create.js';
import { key, temporaryDir, text } from './harness.js';

const PIECES = [text('say <KEY:x> '), key('Return'), text('done ')];
const signal = new AbortController().signal;

function dependencies(stdout = new PassThrough()): SinkDependencies {
  return {
    ...{ env: {}, stdout, notify: () => {}, onProblem: () => {}, callBaseMs: 1_500 },
    asksPermission: () => {},
    pasting: { keys: 'auto', tokenFile: '/nonexistent/token', debtFile: '/nonexistent/debt' },
  };
}

describe('a file', () => {
  it('gets exactly what would be typed, keys as markers, one delivery after another', async () => {
    const path = join(temporaryDir(), 'out');
    const sink = await createSink(`file:${path}`, dependencies());
    const progress: number[] = [];
    expect(await sink.deliver(PIECES, (done) => progress.push(done), signal)).toEqual({
      kind: 'delivered',
      by: 'file',
    });
    expect(readFileSync(path, 'utf8')).toBe('say <KEY:x> <KEY:Return>done ');
    await sink.deliver([text('ü')], () => {}, signal);
    expect(readFileSync(path, 'utf8')).toBe('say <KEY:x> <KEY:Return>done ü');
    expect(progress).toEqual([3]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await sink.close();
  });

  it('that can not be written is named at start, or at the delivery', async () => {
    const dir = temporaryDir();
    mkdirSync(join(dir, 'folder'));
    await expect(createSink(`file:${join(dir, 'folder')}`, dependencies())).rejects.toMatchObject({
      code: 'sink_unwritable',
    });
    if (!existsSync('/dev/full')) return;
    const sink = await createSink('file:/dev/full', dependencies());
    expect(await sink.deliver(PIECES, () => {}, signal)).toEqual({
      ...{ kind: 'failed', piecesDone: 0, uncertain: false },
      message: "/dev/full can't be written (ENOSPC)",
    });
    await sink.close();
  });
});

describe('stdout', () => {
  it('gets the same, and a reader that is gone is a failure', async () => {
    const stdout = new PassThrough();
    const sink = await createSink('stdout', dependencies(stdout));
    expect(await sink.deliver(PIECES, () => {}, signal)).toMatchObject({ kind: 'delivered' });
    expect(String(stdout.read())).toBe('say <KEY:x> <KEY:Return>done ');
    stdout.destroy();
    const outcome = await sink.deliver(PIECES, () => {}, signal);
    expect(outcome).toMatchObject({ kind: 'failed', uncertain: false });
    await sink.close();
  });
});

it.each(['nowhere', 'file:', ''])('a sink %j is refused', async (kind) => {
  await expect(createSink(kind, dependencies())).rejects.toMatchObject({
    code: 'unknown_sink',
    exitCode: 2,
  });
});

describe('a terminal', () => {
  it('gets each text on a line of its own, since the log stands beside it', async () => {
    const stdout = Object.assign(new PassThrough(), { isTTY: true });
    const sink = await createSink('stdout', dependencies(stdout));
    await sink.deliver([text('one ')], () => {}, signal);
    await sink.deliver([text('two ')], () => {}, signal);
    expect(String(stdout.read())).toBe('one \ntwo \n');
  });
});
