import type { Rig } from './rig.js';

/** Somebody presses the key, says everything, presses it again; resolves when all of it came to rest. */
export async function sayAll(rig: Rig): Promise<void> {
  await rig.toggle();
  await rig.reached(rig.speech.samples);
  await rig.toggle();
  await comeToRest(rig);
}

/** Nothing is on its way any more, and what is pending has its text. */
export async function comeToRest(rig: Rig): Promise<void> {
  await rig.until(async () => !['recording', 'processing'].includes(await rig.state()));
  await rig.until(async () => (await rig.pending()).every(({ text }) => text !== null));
}
