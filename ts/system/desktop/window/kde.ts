import type { Env } from '../../env.js';
import { connectBus } from '../dbus.js';

const LAYOUTS = {
  destination: 'org.kde.keyboard',
  path: '/Layouts',
  interface: 'org.kde.KeyboardLayouts',
};
const ANSWER_MS = 500;

/** Plasma's keyboard service tells the number of the layout, and the short name of each with its variant. */
export async function layoutInKde(env: Env): Promise<string | null> {
  if (!/kde/i.test(env.XDG_CURRENT_DESKTOP ?? '')) return null;
  const bus = await connectBus('session', env);
  if (bus === null) return null;
  try {
    const [number] = await bus.call({ ...LAYOUTS, member: 'getLayout' }, ANSWER_MS);
    const [all] = await bus.call({ ...LAYOUTS, member: 'getLayoutsList' }, ANSWER_MS);
    const layout: unknown = Array.isArray(all) ? all[Number(number)] : null;
    if (!Array.isArray(layout)) return null;
    const [name, variant] = layout.map(String);
    return variant ? `${name}+${variant}` : (name ?? null);
  } finally {
    bus.close();
  }
}
