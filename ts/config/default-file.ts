import { SECTIONS } from './keys.js';
import { notesOf } from './values.js';

/** One key as people see it; the written file and docs/config.md are both made from these. */
interface KeyDescription {
  readonly section: string;
  readonly key: string;
  /** As it stands in a file, also where the default is derived. */
  readonly fallback: string;
  readonly isDerived: boolean;
  readonly allowed: string;
  readonly meaning: string;
}

/** Every key, as docs/config.md lists them. @forTests The page is held to it. */
export function describeKeys(): readonly KeyDescription[] {
  return Object.entries(SECTIONS).flatMap(([section, schema]) =>
    Object.entries(schema.shape).map(([key, value]) => {
      const { toml, shown, allowed, meaning } = notesOf(value);
      const fallback = toml ?? shown ?? '';
      return { section, key, fallback, isDerived: toml === null, allowed, meaning };
    }),
  );
}

/** The file that is written at first start: every key with its default; derived ones commented out. */
export function writeDefaultFile(): string {
  const lines = ['# Swictation. Every key is optional; docs/config.md explains them.'];
  let section = '';
  for (const described of describeKeys()) {
    if (described.section !== section) lines.push('', `[${described.section}]`);
    section = described.section;
    lines.push(`# ${described.meaning} Allowed: ${described.allowed}.`);
    lines.push(`${described.isDerived ? '# ' : ''}${described.key} = ${described.fallback}`);
  }
  return `${lines.join('\n')}\n`;
}
