import { control, hotkeys } from './keys-control.js';
import { gpu } from './keys-gpu.js';
import { cleanup, metrics, warnings } from './keys-metrics.js';
import { inject, journal, log, notifications } from './keys-output.js';
import { remote } from './keys-remote.js';
import { audio, stt, vad, voice } from './keys-speech.js';

/**
 * Every section with its keys, in the order of the written file and of docs/config.md. `vad` and `metrics*`
 * are those of the first generation: what its daemon accepted there is accepted here.
 */
export const SECTIONS = {
  vad,
  stt,
  gpu,
  remote,
  audio,
  voice,
  inject,
  hotkeys,
  journal,
  notifications,
  metrics,
  'metrics.warnings': warnings,
  'metrics.cleanup': cleanup,
  control,
  log,
} as const;
