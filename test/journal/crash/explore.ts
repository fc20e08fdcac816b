import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../../ts/journal/open.js';
import { startRandom } from '../../support/random.js';
import { NO_DISK, RecordingDisk } from './operations.js';
import { type CrashPoint, crashAt, EMPTY, type FolderState, statesOf } from './states.js';
import { findFlaws } from './verify.js';
import { type Played, play } from './workload.js';

export interface Explored {
  readonly states: number;
  /** States of a second crash, in the middle of the repair. */
  readonly again: number;
  /** One line each, with what is needed to see it again. */
  readonly flaws: readonly string[];
}

/** How many states of a crash in the repair are tried, of each so many first crashes one. */
const AGAIN_EVERY = 23;
const AGAIN_STATES = 3;

/** Plays one dictation that `seed` draws, and opens the journal in the states that crashes in it could leave. */
export async function explore(seed: number, limit: number): Promise<Explored> {
  const random = startRandom(seed);
  const dir = mkdtempSync(join(folderInMemory(), 'crash-'));
  try {
    const played = await play(join(dir, 'played'), random);
    return await new Explorer(dir, played, random, seed).run(limit);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

class Explorer {
  private states = 0;
  private again = 0;
  private readonly flaws: string[] = [];

  constructor(
    private readonly dir: string,
    private readonly played: Played,
    private readonly random: () => number,
    private readonly seed: number,
  ) {}

  async run(limit: number): Promise<Explored> {
    const { operations } = this.played;
    const points = Array.from({ length: operations.length + 1 }, (_, count) => count);
    const perPoint = limit / points.length;
    for (const count of points) {
      const point = crashAt(EMPTY, operations, count);
      for (const state of this.some(statesOf(point, this.random), perPoint)) {
        await this.open(state, count);
      }
    }
    return { states: this.states, again: this.again, flaws: this.flaws };
  }

  /** An even share of the states where there are more than were asked for. */
  private *some(states: Iterable<FolderState>, wanted: number): Generator<FolderState> {
    const all = [...states];
    const share = Math.min(1, wanted / all.length);
    for (const state of all) if (this.random() < share) yield state;
  }

  private async open(state: FolderState, count: number): Promise<void> {
    this.states += 1;
    const disk = await this.check(state, count, `seed ${this.seed}, crash after ${count}`);
    if (this.states % AGAIN_EVERY !== 0) return;
    for (let round = 0; round < AGAIN_STATES; round += 1) {
      const second = Math.floor(this.random() * (disk.operations.length + 1));
      const point: CrashPoint = crashAt(state, disk.operations, second);
      const [left] = this.some(statesOf(point, this.random), 1);
      if (left === undefined) continue;
      this.again += 1;
      await this.check(
        left,
        count,
        `seed ${this.seed}, crash after ${count}, again after ${second}`,
      );
    }
  }

  private async check(state: FolderState, count: number, where: string): Promise<RecordingDisk> {
    const dir = join(this.dir, 'left');
    layOut(state, dir);
    const disk = new RecordingDisk(NO_DISK, state.names);
    const problems: string[] = [];
    const { history, keepDeliveredHours } = this.played;
    try {
      const { journal, recovered } = await openJournal({
        ...{ dir, disk, quotaMb: 500, keepDeliveredHours },
        onProblem: ({ message }) => problems.push(message),
        nowEpochS: () => 1_000,
      });
      const flaws = await findFlaws(
        ...([journal, recovered] as const),
        ...([history.promisedAt(count), history.doneAt(count)] as const),
      );
      await journal.close();
      for (const flaw of [...flaws, ...problems]) this.flaws.push(`${where}: ${flaw}`);
    } catch (error) {
      this.flaws.push(`${where}: ${error instanceof Error ? error.stack : error}`);
    }
    return disk;
  }
}

function layOut({ names, contents }: FolderState, dir: string): void {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { mode: 0o700 });
  for (const [name, file] of names) {
    writeFileSync(join(dir, name), contents.get(file) ?? Buffer.alloc(0), { mode: 0o600 });
  }
}

function folderInMemory(): string {
  return process.env.CRASH_DIR ?? tmpdir();
}
