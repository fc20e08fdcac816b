import { resolve } from 'node:path';
import { startDaemon } from '../support/daemon.js';
import { pcmOf, writeWav } from '../support/speech.js';
import type { Workspace } from '../support/workspace.js';

/** A busy machine may let a server answer too late, and the daemon hears a sentence itself: it is said again. */
const TIMES = 8;

/**
 * Says the sentence of a file until it was heard by an engine of this name, by a daemon with what is configured in the
 * workspace. Returns what is typed until then, and perhaps the beginning of one more.
 */
export async function heardBy(workspace: Workspace, engine: string, wav: string): Promise<string> {
  const rest = writeWav(workspace.file('rest.wav'), pcmOf([4]));
  const said = Array.from({ length: TIMES }, () => [resolve(wav), rest]).flat();
  const source = ['--source', `wav:${said.join(',')}`, '--realtime', '--start', '--exit-when-done'];
  const daemon = startDaemon(workspace, ['--device', 'cpu', ...source, '--sink', 'stdout']);
  const heard = daemon.event('transcription', (sentence) => sentence.engine === engine);
  const isHeard = await Promise.race([heard.then(() => true), daemon.exited.then(() => false)]);
  await daemon.stop();
  if (!isHeard) throw new Error(`${engine} heard nothing: ${daemon.stderr()}`);
  return daemon.stdout();
}
