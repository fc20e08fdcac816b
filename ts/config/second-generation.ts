import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from '../domain/problem.js';
import { isTable, showValue } from './show.js';

type Kind = 'text' | 'number' | 'integer';

/** Where a flat key of the second generation went. `value` undefined: it has no meaning any more. */
interface Successor {
  readonly section: string;
  readonly key: string;
  readonly value: unknown;
}

interface FlatKey {
  readonly kind: Kind;
  readonly moves?: (value: number | string) => Successor | null;
  /** Said where it does not move. */
  readonly reason: string;
}

const shipped = 'the program brings its own models, see [stt] model';

/** Every key that some daemon of the second generation read from the top of its file. */
const FLAT_KEYS: Readonly<Record<string, FlatKey>> = {
  socket_path: {
    kind: 'text',
    moves: (value) => to('control', 'socket_path_v2', value),
    reason: 'it is the socket of the first generation, or its folder can not be written here',
  },
  vad_min_silence: {
    kind: 'number',
    moves: (value) => to('vad', 'silence_duration', clamp(value, 0.3, 10)),
    reason: '',
  },
  vad_threshold: {
    kind: 'number',
    // Some releases wanted 0.001 to 0.005 here, on a scale of their own.
    moves: (value) => (Number(value) < 0.05 ? null : to('vad', 'threshold', clamp(value, 0, 1))),
    reason: 'values below 0.05 belong to a scale that is gone, 0.5 is used',
  },
  vad_max_speech: {
    kind: 'number',
    moves: (value) => to('vad', 'max_utterance_s', clamp(value, 5, 40)),
    reason: '',
  },
  vad_min_speech: { kind: 'number', reason: 'speech of any length counts' },
  vad_model_path: { kind: 'text', reason: shipped },
  stt_model_override: {
    kind: 'text',
    moves: (value) => to('gpu', 'device', String(value).endsWith('-cpu') ? 'cpu' : 'auto'),
    reason: '',
  },
  stt_model_path: { kind: 'text', reason: shipped },
  stt_tokens_path: { kind: 'text', reason: shipped },
  stt_0_6b_model_path: { kind: 'text', reason: shipped },
  stt_1_1b_model_path: { kind: 'text', reason: shipped },
  num_threads: {
    kind: 'integer',
    moves: (value) => to('stt', 'threads', clamp(value, 0, 256)),
    reason: '',
  },
  audio_device_index: {
    kind: 'integer',
    // Programs that wanted the default wrote -1.
    moves: (value) => (Number(value) < 0 ? null : to('audio', 'device', String(value))),
    reason: 'the desktop chooses the microphone',
  },
  phonetic_threshold: { kind: 'number', reason: 'own words are listed under [voice] replacements' },
};

export const SECOND_GENERATION_KEYS: readonly string[] = Object.keys(FLAT_KEYS);

export interface Translated {
  readonly root: Record<string, unknown>;
  readonly notes: readonly string[];
}

/** Moves the flat keys to their sections, where a key that stands there already wins. */
export function translateSecondGeneration(
  file: string,
  root: Readonly<Record<string, unknown>>,
): Translated {
  const moved: Record<string, unknown> = { ...root };
  const notes: string[] = [];
  for (const [name, value] of Object.entries(root)) {
    const flat = Object.hasOwn(FLAT_KEYS, name) ? FLAT_KEYS[name] : undefined;
    if (flat === undefined) continue;
    delete moved[name];
    notes.push(`${file}: ${name} ${moveKey(file, name, flat, value, moved)}`);
  }
  return { root: moved, notes };
}

/** Does one move and says what it was. */
function moveKey(
  file: string,
  name: string,
  flat: FlatKey,
  value: unknown,
  root: Record<string, unknown>,
): string {
  const read = readKind(file, name, flat.kind, value);
  const successor = flat.moves?.(read) ?? null;
  if (successor === null || standsInTheWay(successor, root)) return `is ignored: ${flat.reason}`;
  const { section, key } = successor;
  const table = root[section];
  if (table !== undefined && !isTable(table)) return 'is ignored';
  if (table !== undefined && key in table) return `is ignored: [${section}] ${key} is set`;
  root[section] = { ...table, [key]: successor.value };
  return `is now [${section}] ${key} = ${showValue(successor.value)}`;
}

/**
 * Both generations can't share one socket file; and the example file of the second one named the runtime
 * folder of user 1000, which is nobody's here: its default is the better place then.
 */
function standsInTheWay(successor: Successor, root: Readonly<Record<string, unknown>>): boolean {
  if (successor.key !== 'socket_path_v2') return false;
  const control = isTable(root.control) ? root.control : {};
  if (successor.value === (control.socket_path ?? '/tmp/swictation.sock')) return true;
  const path = String(successor.value);
  return path.startsWith('/') && !isWritable(dirname(path));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const KIND_NAMES: Readonly<Record<Kind, string>> = {
  text: 'a text',
  number: 'a number',
  integer: 'a whole number',
};

function readKind(file: string, name: string, kind: Kind, value: unknown): number | string {
  if (kind === 'text' && typeof value === 'string') return value;
  if (kind === 'number' && typeof value === 'number' && !Number.isNaN(value)) return value;
  if (kind === 'integer' && Number.isInteger(value) && typeof value === 'number') return value;
  throw new Problem(
    'config_invalid',
    `${file}: ${name} = ${showValue(value)}: allowed is ${KIND_NAMES[kind]}`,
  );
}

function to(section: string, key: string, value: unknown): Successor {
  return { section, key, value };
}

function clamp(value: number | string, min: number, max: number): number {
  return Math.min(max, Math.max(min, Number(value)));
}
