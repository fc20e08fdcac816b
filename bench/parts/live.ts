import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type DaemonProcess, startDaemon, textOf } from '../../test/support/daemon.js';
import { writeWav } from '../../test/support/speech.js';
import { openWorkspace, type Workspace } from '../../test/support/workspace.js';
import { followEvents } from '../../ts/control/client.js';

const transcriptionSchema = z.object({
  t: z.number(),
  text: z.string(),
  audio_s: z.number(),
  stt_ms: z.number(),
  latency_ms: z.number(),
  pause_to_text_ms: z.number(),
  injection_ms: z.number(),
  transform_us: z.number(),
  ear_ms: z.number(),
  endpoint_ms: z.number(),
  queue_ms: z.number(),
  engine_wait_ms: z.number(),
  overhead_ms: z.number(),
  speculated: z.boolean(),
  start_s: z.number(),
  voice_end_s: z.number(),
});
/** One delivered text, as the daemon tells it. */
export type Delivered = z.infer<typeof transcriptionSchema>;

const snapshotSchema = z.object({
  state: z.string(),
  models: z.object({ stt: z.object({ device: z.string() }) }),
  speculation: z.object({
    used: z.number(),
    dropped: z.number(),
    used_ms: z.number(),
    saved_ms: z.number(),
    dropped_ms: z.number(),
    engine_ms: z.number(),
  }),
  processes: z.array(
    z.object({
      name: z.string(),
      pid: z.number(),
      rss_mb: z.number().nullable(),
      cpu_percent: z.number().nullable(),
    }),
  ),
  workers: z.array(
    z.object({ role: z.string(), generation: z.number(), pid: z.number().nullable() }),
  ),
  pending: z.number(),
});
export type LiveSnapshot = z.infer<typeof snapshotSchema>;

/** A real daemon in its own home, with everything that it delivered. */
export interface Live {
  readonly workspace: Workspace;
  readonly daemon: DaemonProcess;
  readonly delivered: readonly Delivered[];
  snapshot(): Promise<LiveSnapshot>;
  typed(): string;
  /** Resolves when nothing is on its way any more after the source has ended. */
  finished(): Promise<void>;
  close(): Promise<void>;
}

export interface LiveOptions {
  readonly pcm: Buffer;
  /** How often the sound is played, one after another. */
  readonly loops?: number;
  readonly config?: string;
  readonly args?: readonly string[];
  /** Somebody reads along while each sentence is spoken. */
  readonly reader?: boolean;
}

/** Starts a daemon that will hear `pcm`, and waits until its model is loaded. `ask('start')` begins. */
export async function startLive(options: LiveOptions): Promise<Live> {
  const workspace = openWorkspace();
  workspace.configure(options.config ?? '');
  const wav = writeWav(workspace.file('speech.wav'), options.pcm);
  const typed = workspace.file('typed.txt');
  const files = Array.from({ length: options.loops ?? 1 }, () => wav).join(',');
  const args = ['--source', `wav:${files}`, '--sink', `file:${typed}`, ...(options.args ?? [])];
  const daemon = startDaemon(workspace, args);
  await daemon.said(/ready/);
  const delivered: Delivered[] = [];
  const ending = new AbortController();
  const topics = ['transcription', ...(options.reader === true ? ['hypothesis'] : [])];
  const listening = collect(workspace.eventsEndpoint, topics, delivered, ending.signal);
  const snapshot = async () => snapshotSchema.parse(await daemon.ask('snapshot'));
  await until(async () => (await snapshot()).models.stt.device !== 'none');
  return {
    workspace,
    daemon,
    delivered,
    snapshot,
    typed: () => textOf(typed),
    finished: () => until(async () => (await snapshot()).state === 'idle'),
    async close() {
      ending.abort();
      await daemon.stop();
      await listening;
      workspace.remove();
    },
  };
}

async function collect(
  endpoint: string,
  topics: readonly string[],
  into: Delivered[],
  signal: AbortSignal,
): Promise<void> {
  for await (const { topic, payload } of followEvents(endpoint, topics, signal)) {
    if (topic === 'transcription') into.push(transcriptionSchema.parse(payload));
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(100);
}
