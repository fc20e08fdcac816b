import type { Env } from '../env.js';
import type { CardRow } from './card-row.js';
import { wish } from './describe-choice.js';
import { loadedDriverVersion } from './pci.js';
import type { CardTrouble } from './trouble.js';

/** Why no card is used. */
export type NoCard =
  /** The kernel sees none. */
  | { readonly kind: 'absent' }
  /** The session hides it. `message`: what is so; `help`: what a person does for another outcome. */
  | { readonly kind: 'hidden'; readonly message: string; readonly help: string }
  /** It does not tell its memory, so nobody could keep it from filling. */
  | {
      readonly kind: 'unmeasured';
      readonly message: string;
      readonly help: string | null;
      /** What may be done though nothing is wrong. */
      readonly hint?: string;
    }
  /** The driver does not answer for it. */
  | { readonly kind: 'driver'; readonly message: string; readonly help: string };

const SHARED_MEMORY = /^\[?(n\/a|not supported)\]?$/i;
const CANARY_ON_CPU = '[stt] cpu_engine = "canary-int8" uses the larger model there';
const XID = 'restart the machine; `sudo dmesg | grep -i xid` says what the card reports';
const NO_DEVICES =
  '`sudo dmesg | grep -i nvrm` says why: a card too new or too old for this driver, or one that has lost its power';
const LOADED_AND_MUTE =
  'sudo modprobe -r nvidia_uvm && sudo modprobe nvidia_uvm; else restart the machine';

/** No card is visible; `rows`: the cards that there are, where the driver was asked. */
export function describeHidden(env: Env, rows: readonly CardRow[] = []): NoCard {
  const known = rows.map(({ index, uuid, name }) => `${index} (${uuid}, ${name})`).join(', ');
  const help = `name a card in CUDA_VISIBLE_DEVICES, or unset it${known === '' ? '' : `; there is ${known}`}`;
  const message =
    rows.length === 0
      ? `${wish(env)} hides every NVIDIA card`
      : `${wish(env)} names no card of nvidia-smi's list`;
  return { kind: 'hidden', message, help };
}

/** The card is listed, its memory is not. */
export function describeNoFigures({ name, said }: CardRow): NoCard {
  if (SHARED_MEMORY.test(said)) {
    const message = `${name} tells no memory of its own (nvidia-smi says ${said}: it shares the machine's)`;
    return { kind: 'unmeasured', message, help: null, hint: CANARY_ON_CPU };
  }
  const message = `${name} is in trouble: nvidia-smi says ${said || 'nothing'} for its memory`;
  return { kind: 'unmeasured', message, help: XID };
}

/** No card is listed at all. */
export function describeNoRow(trouble: CardTrouble, env: Env): NoCard {
  const loaded = loadedDriverVersion(env);
  if (/no devices were found/i.test(trouble.message)) {
    const message = `nvidia-smi says: ${trouble.message}`;
    return { kind: 'driver', message, help: NO_DEVICES };
  }
  if (loaded === null) {
    return { kind: 'driver', message: trouble.message, help: 'install the NVIDIA driver' };
  }
  return { kind: 'driver', message: trouble.message, help: LOADED_AND_MUTE };
}
