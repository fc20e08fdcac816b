import { processFigures } from '../../gpu/process-figures.js';
import type { Snapshot } from '../../protocol/command/snapshot.js';
import type { WorkerMemory } from '../../protocol/worker/worker-memory.js';
import type { Core } from '../core/core.js';

/** What the daemon, its fork server and its workers cost the machine. */
export class ProcessWatch {
  /** Share of one core in percent, all processes together, when it was measured last. */
  cpuPercent = 0;

  constructor(private readonly core: () => Core | null) {}

  async figures(): Promise<Snapshot['processes']> {
    const named = this.named();
    const figures = await processFigures(named.map(({ pid }) => pid));
    return named.map(({ name, pid }) => {
      const figure = figures.find((candidate) => candidate.pid === pid);
      return {
        name,
        pid,
        rss_mb: figure?.rssMb ?? null,
        cpu_percent: figure?.cpuPercent ?? null,
      };
    });
  }

  async measure(): Promise<void> {
    const processes = await this.figures().catch(() => []);
    this.cpuPercent = processes.reduce((sum, { cpu_percent }) => sum + (cpu_percent ?? 0), 0);
  }

  private named(): readonly { readonly name: string; readonly pid: number }[] {
    const core = this.core();
    const others = [
      { name: 'nursery', pid: core?.nurseryPid ?? null },
      ...(core?.workers() ?? []).map(({ role, pid }) => ({ name: role, pid })),
    ];
    const living = others.flatMap(({ name, pid }) => (pid === null ? [] : [{ name, pid }]));
    return [{ name: 'swictationd', pid: process.pid }, ...living];
  }
}

/** What all programs hold on the card, as the metrics streams tell it; zeros where no card is used. */
export function cardUse(memory: WorkerMemory | null): {
  readonly usedMb: number;
  readonly percent: number;
  readonly simulated: boolean;
} {
  if (memory === null || memory.total_mb === 0) return { usedMb: 0, percent: 0, simulated: false };
  const usedMb = memory.total_mb - memory.free_mb;
  const percent = (usedMb / memory.total_mb) * 100;
  return { usedMb, percent, simulated: memory.simulated };
}
