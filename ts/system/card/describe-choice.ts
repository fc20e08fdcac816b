import type { Env } from '../env.js';
import type { CardRow } from './card-row.js';

/** Which of several cards is used, and how another one is; null where there is one and nothing speaks of order. */
export function describeChoice(used: CardRow, rows: readonly CardRow[], env: Env): string | null {
  const order = describeOrder(env);
  if (rows.length === 1) return order;
  const why = env.CUDA_VISIBLE_DEVICES === undefined ? 'the first on the PCI bus' : wish(env);
  const other = rows.find((row) => row.uuid !== used.uuid);
  const how = `CUDA_VISIBLE_DEVICES=${other?.uuid ?? used.uuid} chooses ${other?.name ?? 'another'}`;
  const said = `${used.name} (${used.uuid}) is used of ${rows.length} cards, ${why}; ${how}`;
  return order === null ? said : `${said}; ${order}`;
}

/** The session's own words for a card. */
export function wish(env: Env): string {
  return `CUDA_VISIBLE_DEVICES=${(env.CUDA_VISIBLE_DEVICES ?? '').slice(0, 100)}`;
}

function describeOrder(env: Env): string | null {
  const order = env.CUDA_DEVICE_ORDER;
  if (order === undefined || order === '' || order === 'PCI_BUS_ID') return null;
  return `CUDA_DEVICE_ORDER=${order.slice(0, 40)} is not followed: cards are counted by PCI bus, as nvidia-smi does`;
}
