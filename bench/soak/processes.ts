import { readdirSync, readFileSync } from 'node:fs';
import { slope } from '../report/statistics.js';

/** Resident memory and processor time of one process. */
export interface ProcessFigures {
  readonly pid: number;
  readonly parent: number;
  readonly rssMb: number;
  readonly cpuS: number;
  /** Of its children that have ended. */
  readonly endedCpuS: number;
}

/** Clock ticks a second of /proc, fixed at 100 on Linux. */
const TICKS_PER_S = 100;
const PAGE_BYTES = 4096;
/** A process that lived for less is still warming up: its slope says nothing. */
const TELLING_S = 300;

/** A process and everything that descends from it, as /proc shows them now. */
export function familyOf(pid: number): readonly ProcessFigures[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? readFigures(name) : []));
  const family = all.filter((each) => each.pid === pid);
  for (let i = 0; i < family.length; i += 1) {
    family.push(...all.filter(({ parent }) => parent === family[i]?.pid));
  }
  return family;
}

function readFigures(pid: string): ProcessFigures[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, user = 0, system = 0] = [1, 11, 12].map((i) => fields[i]);
    const [endedUser = 0, endedSystem = 0, pages = 0] = [13, 14, 21].map((i) => fields[i]);
    const cpuS = (user + system) / TICKS_PER_S;
    const endedCpuS = (endedUser + endedSystem) / TICKS_PER_S;
    const rssMb = (pages * PAGE_BYTES) / 1e6;
    return [{ pid: Number(pid), parent, rssMb, cpuS, endedCpuS }];
  } catch {
    return [];
  }
}

interface Life {
  readonly name: string;
  readonly points: [seconds: number, rssMb: number][];
}

/** Memory of every process of a daemon over time; each process is followed for as long as it lives. */
export class MemoryWatch {
  private readonly lives = new Map<number, Life>();
  private readonly startedMs = performance.now();

  constructor(private readonly daemonPid: number) {}

  /** `names`: what the daemon calls its workers, by process id. */
  look(names: ReadonlyMap<number, string>): void {
    const seconds = (performance.now() - this.startedMs) / 1e3;
    for (const { pid, parent, rssMb } of familyOf(this.daemonPid)) {
      const name = names.get(pid) ?? this.nameOf(pid, parent);
      // A process that has ended but was not waited for yet has no memory.
      if (name === null || rssMb === 0) continue;
      const life = this.lives.get(pid) ?? { name, points: [] };
      life.points.push([seconds, rssMb]);
      this.lives.set(pid, life);
    }
  }

  /** One row a name: how many processes, and the one that lived longest, without its first third. */
  rows(): readonly (readonly [string, number, string, string, string, string])[] {
    const names = [...new Set([...this.lives.values()].map(({ name }) => name))];
    return names.map((name) => {
      const own = [...this.lives.values()].filter((life) => life.name === name);
      const longest = own.reduce((a, b) => (spanOf(b) > spanOf(a) ? b : a));
      const settled = longest.points.slice(Math.floor(longest.points.length / 3));
      return [
        name,
        own.length,
        `${spanOf(longest).toFixed(0)} s`,
        `${(settled[0]?.[1] ?? 0).toFixed(1)}`,
        `${(settled.at(-1)?.[1] ?? 0).toFixed(1)}`,
        spanOf(longest) < TELLING_S ? '-' : (slope(settled) * 3600).toFixed(1),
      ];
    });
  }

  /** Children that the daemon does not name: the fork server lives long, the others come and go. */
  private nameOf(pid: number, parent: number): string | null {
    if (pid === this.daemonPid) return 'swictationd';
    if (parent !== this.daemonPid) return null;
    const known = this.lives.get(pid);
    if (known !== undefined) return known.name;
    const command = commandOf(pid);
    return command.includes('swictation_worker.nursery') ? 'nursery' : null;
  }
}

function spanOf({ points }: Life): number {
  return (points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
