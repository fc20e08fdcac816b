import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSimulate } from '../../ts/cli/commands/simulate.js';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulate-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Keeps what is written to it. */
class Kept extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(file: string, input = ''): Promise<Ran> {
  const stdout = new Kept();
  const stderr = new Kept();
  const code = await runSimulate(file, { stdout, stderr, stdin: Readable.from([input]) });
  return { code, out: stdout.text, err: stderr.text };
}

describe('swictation simulate', () => {
  it('reads a file and ends with the summary', async () => {
    const file = join(folder, 'calm.jsonl');
    await writeFile(file, '{"world":{}}\n\n{"t_s":20,"speech_s":4.2}\n');
    const { code, out, err } = await run(file);
    const lines = out.trimEnd().split('\n');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ summary: { utterances: 1, on_gpu: 1 } });
    expect(JSON.parse(lines.at(-2) ?? '')).toMatchObject({ action: 'transcribe', utterance: 1 });
  });

  it('reads stdin for -', async () => {
    const { code, out } = await run('-', '{"world":{"gpu":false}}\n{"t_s":1,"speech_s":2}');
    expect(code).toBe(0);
    expect(out).toContain('"on_cpu":1');
  });

  it('says in one line what is wrong, and ends with 2', async () => {
    const missing = await run(join(folder, 'none.jsonl'));
    expect(missing).toMatchObject({ code: 2, out: '' });
    expect(missing.err).toMatch(/none\.jsonl: no such file.*\n$/);
    const broken = await run('-', '{"world":{}}\n{"t_s":1,"speach_s":2}\n');
    expect(broken.code).toBe(2);
    expect(broken.err).toMatch(/^Line 2 of the timeline: unknown key "speach_s".*\n$/);
  });

  it('ends quietly when nobody reads any more', async () => {
    const gone = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' })),
    });
    const stderr = new Kept();
    const stdin = Readable.from(['{"world":{}}\n']);
    expect(await runSimulate('-', { stdout: gone, stderr, stdin })).toBe(0);
    expect(stderr.text).toBe('');
  });

  it('runs every example of docs/examples without a loss', async () => {
    const examples = (await readdir('docs/examples')).filter((name) => name.endsWith('.jsonl'));
    expect(examples.length).toBeGreaterThan(2);
    const page = await readFile('docs/simulate.md', 'utf8');
    for (const name of examples) {
      expect(page).toContain(name);
      const { code, out } = await run(join('docs/examples', name));
      expect({ name, code }).toEqual({ name, code: 0 });
      expect(out).toContain('"pending":0,"lost":0');
    }
  });
});
