import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readJournalFolder } from '../../ts/journal/folder-reader.js';
import { startProgram } from '../../ts/system/process/process.js';
import { countingPcm, openTest, temporaryDir } from './harness.js';

const BUILT = fileURLToPath(new URL('../../dist/journal/open.js', import.meta.url));
const WRITER = fileURLToPath(new URL('../fixtures/journal-writer.mjs', import.meta.url));
const ROUNDS = 12;
/** What nothing-lost.md allows to be missing. */
const BEHIND_MS = 250;

/** Lets a writer run for `lifeMs` after its first sample and kills it; the samples it had and was sure of. */
async function runWriter(dir: string, window: string, lifeMs: number) {
  const writer = startProgram(process.execPath, [WRITER, BUILT, dir, window], {
    stdout: 'pipe',
    stderr: 'inherit',
  });
  let said = '';
  const started = new Promise<void>((resolve) => {
    writer.stdout?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      resolve();
    });
  });
  await Promise.race([started, writer.exited]);
  await sleep(lifeMs);
  const closed = new Promise((resolve) => writer.stdout?.once('close', resolve));
  writer.signal('SIGKILL');
  await closed;
  const lines = said
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  const lastMs = lines.at(-1)?.[0] ?? 0;
  const sure = lines.filter(([ms = 0]) => ms < lastMs - BEHIND_MS).at(-1)?.[1] ?? 0;
  return { end: lines.at(-1)?.[1] ?? 0, sure };
}

describe('a daemon killed with SIGKILL', () => {
  it(`${ROUNDS} times at random moments: nothing lost, nothing doubled`, async () => {
    const dir = temporaryDir();
    let late = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const window = join(dir, '..', `window-${round}`);
      const { end, sure } = await runWriter(dir, window, 30 + ((round * 389) % 900));
      const typed = (existsSync(window) ? readFileSync(window, 'utf8') : '').trim().split(' ');
      expect(new Set(typed).size).toBe(typed.length);

      const written = [...readJournalFolder(dir).pieces.values()].flat();
      const heard = Math.max(0, ...written.map(({ first, samples }) => first + samples));
      if (heard < Math.min(sure, end)) late += 1;
      const { journal, recovered, problems } = await openTest(dir);
      expect(problems).toEqual([]);
      const offered = recovered.utterances;
      for (const each of offered) {
        if (typed.includes(String(each.id))) expect(each.mayAlreadyBeTyped).toBe(true);
      }
      const left = [...offered, ...recovered.unsegmented];
      for (const { recording: id, fromSample, toSample } of left) {
        const pcm = await journal.read(id, fromSample, toSample);
        const expected = countingPcm(fromSample, toSample - fromSample);
        expect(pcm.equals(expected)).toBe(true);
      }
      const ids = new Set([...typed, ...offered.map((each) => String(each.id))].filter(Boolean));
      const first = Math.min(...[...ids].map(Number));
      for (let id = first; id < first + ids.size; id += 1) expect(ids).toContain(String(id));
      for (const each of recovered.unsegmented) journal.release(each.recording, each.toSample);
      for (const { id } of journal.list()) await journal.drop(id);
      await journal.close();
      expect(readdirSync(dir)).toEqual(['index.log']);
    }
    // A machine that stands still at a kill is told from a journal that writes late, which is late each time.
    expect(late).toBeLessThan(ROUNDS / 3);
  });
});
