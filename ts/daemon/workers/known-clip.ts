import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerFolder } from '../../system/paths.js';
import type { KnownClip } from './remote-rung.js';

/** The clip that the worker's probe uses too: 16 kHz, mono, 16 bit, behind a plain header of 44 bytes. */
const HEADER_BYTES = 44;
/** As `known_clip.py` has them; a test holds both together. @forTests */
export const KNOWN_WORDS = 'please open the file and save it again';

export function readKnownClip(): KnownClip {
  const file = join(workerFolder(), 'swictation_worker', 'clips', 'known.wav');
  return { pcm: readFileSync(file).subarray(HEADER_BYTES), words: KNOWN_WORDS };
}
