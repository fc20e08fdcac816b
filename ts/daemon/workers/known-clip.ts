import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WAV_HEADER_BYTES } from '../../protocol/wav.js';
import { workerFolder } from '../../system/paths.js';
import type { KnownClip } from './remote-rung.js';

/** As `known_clip.py` has them; a test holds both together. @forTests */
export const KNOWN_WORDS = 'please open the file and save it again';

/** The clip that the worker's probe uses too: 16 kHz, mono, 16 bit, behind a plain header. */
export function readKnownClip(): KnownClip {
  const file = join(workerFolder(), 'swictation_worker', 'clips', 'known.wav');
  return { pcm: readFileSync(file).subarray(WAV_HEADER_BYTES), words: KNOWN_WORDS };
}
