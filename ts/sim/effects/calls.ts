import type { FaultClass } from '../../domain/fault.js';
import type { Machine } from '../machine/machine.js';
import type { Job, SimProcess, Step } from '../machine/process.js';
import { enqueueJob } from '../machine/run-job.js';

/** What every call costs beside its speech: the message there and back, the synchronize. */
const CALL_S = 0.02;
/** A healthy engine reports progress about this often. */
const PHASE_S = 1;

export interface Speech {
  readonly utterance: number;
  readonly seconds: number;
  /** Longest piece given to the model at once. */
  readonly windowS: number;
}

/** The peak of a transcription above the weights, in MB. */
export function peakMb(machine: Machine, seconds: number): number {
  return machine.world.activationBaseMb + machine.world.activationMbPerS * seconds;
}

/** Gives speech to a worker: `transcribed`, `transcribe_failed`, or nothing where the worker hangs or dies. */
export function transcribe(machine: Machine, generation: number, speech: Speech): void {
  const process = machine.processes.get(generation);
  if (process === undefined || process.role === 'probe') return;
  enqueueJob(machine, process, createTranscription(machine, process, speech));
}

function createTranscription(machine: Machine, process: SimProcess, speech: Speech): Job {
  const onCard = process.role === 'gpu';
  const rtf = onCard ? machine.world.gpuRtf : machine.world.cpuRtf;
  const engineS = speech.seconds * rtf + CALL_S;
  const needMb = onCard ? peakMb(machine, Math.min(speech.seconds, speech.windowS)) : 0;
  return {
    onCard,
    burstable: onCard,
    steps: createCallSteps(engineS, needMb),
    end: (fault, heldMb) => {
      const misplaced = onCard ? !process.sttOnCard : !process.loaded;
      giveBack(process, heldMb, fault);
      tellEnd(machine, process, speech.utterance, engineS, misplaced ? 'ambiguous' : fault);
    },
  };
}

/** Half of the memory is asked for at the start, the peak comes later; progress is told once a second. */
function createCallSteps(engineS: number, needMb: number): Step[] {
  const steps: Step[] = [];
  if (needMb > 0) steps.push({ afterS: 0, allocateMb: needMb / 2, reportsPhase: false });
  const lateS = needMb > 0 ? engineS * 0.4 : 0;
  if (needMb > 0)
    steps.push({ afterS: lateS, allocateMb: needMb / 2, reportsPhase: lateS >= PHASE_S });
  let leftS = engineS - lateS;
  for (; leftS > 2 * PHASE_S; leftS -= PHASE_S) {
    steps.push({ afterS: PHASE_S, allocateMb: 0, reportsPhase: true });
  }
  steps.push({ afterS: leftS, allocateMb: 0, reportsPhase: false });
  return steps;
}

/** An allocator that failed has given its cache back before it said so. */
function giveBack(process: SimProcess, heldMb: number, fault: FaultClass | null): void {
  process.allocator?.release(heldMb);
  if (fault === 'oom') process.allocator?.emptyCache();
}

function tellEnd(
  machine: Machine,
  process: SimProcess,
  utterance: number,
  engineS: number,
  fault: FaultClass | null,
): void {
  if (process.role === 'probe') return;
  const by = { worker: process.role, generation: process.generation, utterance };
  const { allocator } = process;
  if (fault !== null) machine.tell({ kind: 'transcribe_failed', ...by, fault });
  else {
    const needMb = allocator === null ? null : allocator.requestPeakMb();
    machine.tell({ kind: 'transcribed', ...by, engineS, needMb });
  }
}
