import type { Device, Model, Wish } from '../../domain/device.js';
import { Problem } from '../../domain/problem.js';
import { explainDecisions } from '../../policy/telling/tell.js';
import { view } from '../../policy/telling/view.js';
import type { SimulatedWorld } from '../../protocol/worker/worker.js';
import type { WorkerMemory } from '../../protocol/worker/worker-memory.js';
import { epochS, monotonicS } from '../../system/clock.js';
import { applyCommands } from '../../voice/apply.js';
import type { Core } from '../core/core.js';
import type { CorePorts } from '../core/core-ports.js';
import { findPending, repeatLast, typePending } from '../core/pending.js';
import type { Transcript } from '../utterances/open-utterances.js';

export interface CommandPorts {
  readonly core: Core;
  readonly journal: CorePorts['journal'];
  readonly commands: CorePorts['commands'];
  snapshot(): Promise<Record<string, unknown>>;
  flushHistory(): Promise<void>;
  shutdown(): void;
  readonly simulated: boolean;
}

type Fields = Readonly<Record<string, unknown>>;
type Result = Promise<Record<string, unknown>>;

type Handlers = Readonly<Record<string, (fields: Fields) => Result>>;

/** The actions of the ZeroMQ command interface, by name. Their fields were checked at the boundary. */
export function commandHandlers(ports: CommandPorts): Handlers {
  const { core, journal } = ports;
  const state = () => ({ state: core.state });
  /** In its turn on the queue; the state is the one that the work has led to. */
  const after = (work: () => unknown) =>
    onLoop(core, () => {
      work();
      return state();
    });
  return {
    status: async () => state(),
    toggle: () => core.toggleKey.toggle(({ state: reached }) => ({ state: reached })),
    start: () => after(() => core.startRecording()),
    stop_recording: () => after(() => core.stopRecording()),
    cancel: () => after(() => core.cancelRecording()),
    shutdown: () => after(() => ports.shutdown()),
    snapshot: () => ports.snapshot(),
    migrate: (fields) => onLoop(core, () => migrate(core, modelOf(fields), wishOf(fields))),
    empty_cache: () => emptyCache(core),
    transcribe: async (fields) => transcribe(core, fields.pcm),
    transform: async (fields) => ({
      text: applyCommands(String(fields.text ?? ''), ports.commands()).text,
    }),
    decisions: async (fields) => ({
      decisions: explainDecisions(
        core.driver.decisions(Number(fields.limit ?? 20)),
        epochS() - monotonicS(),
      ),
    }),
    pending: async () => ({ pending: (await journal.offer()).map((entry) => ({ ...entry })) }),
    recent: async () => ({ pending: (await journal.recent()).map((entry) => ({ ...entry })) }),
    pending_type: async (fields) => {
      await typePending(
        { journal, dictation: core.dictation, commands: ports.commands },
        idOf(fields),
      );
      return { id: idOf(fields) };
    },
    pending_drop: async (fields) => {
      findPending(journal, idOf(fields));
      await journal.drop(idOf(fields));
      return { id: idOf(fields) };
    },
    last: async () => ({ text: core.dictation.lastTranscript }),
    flush_history: async () => {
      await ports.flushHistory();
      return {};
    },
    repeat: async () => {
      await repeatLast(core.dictation);
      return { text: core.dictation.lastTranscript };
    },
    sim: (fields) => simulate(ports, fields),
  };
}

/** The result of work in its turn on the queue; what it throws is the caller's to answer. */
function onLoop<T>(core: Core, work: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    core.loop.post(() => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    });
  });
}

function migrate(core: Core, model: Model, device: Wish): Record<string, unknown> {
  core.learn({ kind: 'migrate', model, device });
  return { model, wish: device, placement: view(core.driver.state).placement };
}

async function emptyCache(core: Core): Result {
  const generation = core.gpuGeneration;
  if (generation === null) {
    throw new Problem('refused', 'No model is on a card: there is no cache to empty');
  }
  const reply = await core.ask(generation, { type: 'empty_cache' });
  if (reply.kind !== 'answer' || reply.answer.type !== 'done') {
    throw new Problem('refused', 'The GPU worker did not answer: try again in a few seconds');
  }
  const { memory, memory_before: before } = reply.answer;
  return { before: summarise(before ?? null), after: summarise(memory ?? null) };
}

function summarise(memory: WorkerMemory | null): Record<string, unknown> | null {
  return memory === null ? null : { ...memory };
}

function transcribe(core: Core, pcm: unknown): Result {
  if (!Buffer.isBuffer(pcm)) throw new Problem('invalid_argument', 'pcm: expected bytes');
  return new Promise((resolve, reject) => {
    core.loop.post(() =>
      core.dictation.transcribe(pcm, (result) => settle(result, resolve, reject)),
    );
  });
}

function settle(
  result: Transcript | { failed: string },
  resolve: (value: Record<string, unknown>) => void,
  reject: (problem: Problem) => void,
): void {
  if ('failed' in result) reject(new Problem('refused', result.failed));
  else resolve({ text: result.text, device: result.device, engine: result.engine });
}

function simulate(ports: CommandPorts, fields: Fields): Result {
  if (!ports.simulated) {
    throw new Problem(
      'refused',
      'sim works only with a simulated card: start swictationd --device sim:4295',
    );
  }
  const { others_mb, fault, leak_mb_per_min, driver } = fields as SimulatedWorld;
  const world: SimulatedWorld = {
    ...(others_mb === undefined ? {} : { others_mb }),
    ...(fault === undefined ? {} : { fault }),
    ...(leak_mb_per_min === undefined ? {} : { leak_mb_per_min }),
    ...(driver === undefined ? {} : { driver }),
  };
  return new Promise((resolve) => {
    ports.core.loop.post(() =>
      ports.core.simulate(world, () => resolve({ simulated: true, ...world })),
    );
  });
}

function idOf(fields: Fields): number {
  return Number(fields.id);
}

function modelOf(fields: Fields): Model {
  return fields.model === 'vad' ? 'vad' : 'stt';
}

function wishOf(fields: Fields): Wish {
  const wish = fields.device;
  return wish === 'cuda' || wish === 'cpu' ? (wish satisfies Device) : 'auto';
}

/** Finds the handler of an action; an action without one is a Problem. */
export function answerBy(handlers: Handlers) {
  return async (action: string, fields: Fields) => {
    const handler = handlers[action];
    if (handler === undefined) throw new Problem('unknown_action', `unknown action ${action}`);
    return handler(fields);
  };
}
