import type { FaultClass } from '../../domain/fault.js';
import { Allocator } from '../machine/allocator.js';
import { endProcess } from '../machine/end-process.js';
import type { Machine } from '../machine/machine.js';
import { createProcess, type SimProcess, type Step } from '../machine/process.js';
import { enqueueJob } from '../machine/run-job.js';
import { peakMb } from './calls.js';
import { createMoveSteps } from './workers.js';

/** What a probe asks for: a small block and a matrix product, the model, then a known clip of 3 s. */
const BLOCK_MB = 64;
const CLIP_S = 3;
const START_S = 0.3;
/** A throw-away process on the card; silence until `deadlineS` is a `hang`. Answer `probe_done`. */
export function probe(machine: Machine, deadlineS: number, small: boolean): void {
  const allocator = new Allocator(machine.world.contextMb);
  const process = createProcess('probe', machine.nextProbeGeneration(), allocator, {
    nowS: machine.nowS,
    sttMb: machine.sttMb(small),
  });
  machine.processes.set(process.generation, process);
  const end = (fault: FaultClass | null): void => endProbe(machine, process, fault);
  machine.after(Math.max(0, deadlineS - machine.nowS), () => end('hang'));
  const refusal = refuse(machine, allocator);
  if (refusal !== null) machine.after(START_S, () => end(refusal));
  else
    enqueueJob(machine, process, {
      onCard: true,
      burstable: false,
      steps: createSteps(machine, process.sttMb),
      end,
    });
}

function refuse(machine: Machine, allocator: Allocator): FaultClass | null {
  if (!machine.world.gpu) return 'config';
  if (machine.card.driverGone) return 'driver_gone';
  return machine.card.attach(allocator) ? null : 'oom';
}

function createSteps(machine: Machine, sttMb: number): Step[] {
  const { gpuLoadS } = machine.world;
  const clipS = CLIP_S * machine.world.gpuRtf;
  return [
    { afterS: START_S, allocateMb: BLOCK_MB, reportsPhase: false },
    { afterS: gpuLoadS / 2, allocateMb: 0, reportsPhase: false },
    ...createMoveSteps(sttMb, gpuLoadS / 2),
    { afterS: clipS, allocateMb: peakMb(machine, CLIP_S), reportsPhase: false },
    { afterS: clipS, allocateMb: 0, reportsPhase: false },
  ];
}

function endProbe(machine: Machine, process: SimProcess, fault: FaultClass | null): void {
  if (process.ended) return;
  endProcess(machine, process, 'dead');
  machine.tell({ kind: 'probe_done', fault });
}
