import { type AudioSource, defaultAudioSource } from '../../system/desktop/audio-sources.js';
import { findRecorders, type Recorder } from '../../system/desktop/recorders.js';
import { explainSilence } from '../../system/desktop/silence-report.js';
import { startProgram } from '../../system/process/process.js';
import { broken, type Check, type Env, fine, installCommand } from './check.js';

const NAME = 'microphone';
/** One second of s16le at 16 kHz. */
const SECOND_BYTES = 32_000;
/** PulseAudio's idle devices take up to 2 s to wake up. */
const LONGEST_MS = 5_000;
/** Below this a quiet room's noise is missing too: -80 dB of full scale. */
const SILENT_RMS = 3.3;

/** Records one second with each recording program until one gives sound. */
export async function checkMicrophone(env: Env): Promise<Check> {
  const recorders = findRecorders(env);
  if (recorders.length === 0) {
    const fix = installCommand(
      { apt: 'pipewire-bin', dnf: 'pipewire-utils', pacman: 'pipewire' },
      env,
    );
    return broken(NAME, 'no recording program (pw-record, parec or arecord)', fix);
  }
  for (const recorder of recorders) {
    const pcm = await recordSecond(recorder, env);
    if (pcm.length < SECOND_BYTES) continue;
    return describeSound(pcm, recorder.name, await defaultAudioSource(env));
  }
  const tried = [...new Set(recorders.map(({ name }) => name))].join(', ');
  const fix = 'plug in a microphone; systemctl --user restart pipewire wireplumber';
  return broken(NAME, `no sound came (tried ${tried})`, fix);
}

async function recordSecond(recorder: Recorder, env: Env): Promise<Buffer> {
  const program = startProgram(recorder.command, recorder.args, {
    env,
    stdout: 'pipe',
    ifWeDie: 'killed',
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  const enough = new Promise<void>((resolve) => {
    program.stdout?.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= SECOND_BYTES) resolve();
    });
  });
  const late = new Promise((resolve) => setTimeout(resolve, LONGEST_MS).unref());
  await Promise.race([enough, program.exited, late]);
  await program.terminate(200);
  return Buffer.concat(chunks).subarray(0, SECOND_BYTES);
}

function describeSound(pcm: Buffer, program: string, source: AudioSource | null): Check {
  const { rms, peak } = measure(pcm);
  if (source?.isMonitor === true) {
    const detail = `${source.description} is a monitor: it hears the loudspeakers, not you`;
    return broken(NAME, detail, 'pactl set-default-source NAME (names: pactl list short sources)');
  }
  if (rms < SILENT_RMS) {
    const { name, advice } = explainSilence(source, program);
    return broken(NAME, `only silence came from ${name}`, advice);
  }
  const named = source === null ? '' : `${source.description}, `;
  const level = `level ${toDb(rms)} dB, peak ${toDb(peak)} dB`;
  return fine(NAME, `${level} (${named}${program}, one second)`);
}

function measure(pcm: Buffer): { readonly rms: number; readonly peak: number } {
  let squares = 0;
  let peak = 0;
  for (let at = 0; at + 1 < pcm.length; at += 2) {
    const sample = pcm.readInt16LE(at);
    squares += sample * sample;
    peak = Math.max(peak, Math.abs(sample));
  }
  return { rms: Math.sqrt(squares / Math.max(1, pcm.length / 2)), peak };
}

/** Of full scale. */
function toDb(level: number): number {
  return Math.round(20 * Math.log10(level / 32_768));
}
