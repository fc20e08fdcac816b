import type { AudioSource } from './audio-source.js';

/** What `pactl list sources` prints in the C locale; `chosen` is the name of the default source. */
export function readPactl(listed: string, chosen: string): readonly AudioSource[] {
  return listed.split(/^Source #\d+$/m).flatMap((block) => {
    const field = (name: string) => new RegExp(`^\\t${name}: (.*)$`, 'm').exec(block)?.[1] ?? null;
    const name = field('Name');
    if (name === null) return [];
    const mute = field('Mute');
    return {
      name,
      description: field('Description') ?? name,
      isDefault: name === chosen,
      isMonitor: name.endsWith('.monitor') || (field('Monitor of Sink') ?? 'n/a') !== 'n/a',
      isMuted: mute === null ? null : mute === 'yes',
      volumePercent: numberIn(field('Volume'), /(\d+)%/),
      channels: numberIn(field('Sample Specification'), /(\d+)ch/),
    };
  });
}

/** What `wpctl inspect` and `wpctl get-volume` print of the default source. */
export function readWpctl(inspected: string, volume: string): AudioSource | null {
  const property = (name: string) =>
    new RegExp(`${name.replace('.', '\\.')} = "(.*)"`).exec(inspected)?.[1] ?? null;
  const name = property('node.name');
  if (name === null) return null;
  const level = /^Volume: ([\d.]+)/.exec(volume)?.[1];
  return {
    name,
    description: property('node.description') ?? name,
    isDefault: true,
    isMonitor: name.endsWith('.monitor') || property('media.class') === 'Audio/Sink',
    isMuted: volume === '' ? null : volume.includes('[MUTED]'),
    volumePercent: level === undefined ? null : Math.round(Number(level) * 100),
    channels: numberIn(property('audio.channels'), /(\d+)/),
  };
}

/** What `pw-dump` prints; a sink is an input as well, its monitor. */
export function readPwDump(dump: string): readonly AudioSource[] {
  const objects = parseList(dump);
  const chosen = defaultNode(objects);
  return objects.flatMap((object) => {
    const props = fieldsOf(fieldsOf(object.info).props);
    const name = props['node.name'];
    const kind = props['media.class'];
    if (typeof name !== 'string' || !isInput(kind)) return [];
    const description = props['node.description'];
    return {
      name,
      description: typeof description === 'string' ? description : name,
      isDefault: name === chosen,
      isMonitor: kind === 'Audio/Sink',
      isMuted: null,
      volumePercent: null,
      channels: typeof props['audio.channels'] === 'number' ? props['audio.channels'] : null,
    };
  });
}

/** What `arecord -L` prints: names at the margin, descriptions below them. Only the sound cards themselves. */
export function readArecord(listed: string): readonly AudioSource[] {
  const blocks = listed.split(/^(?=\S)/m);
  return blocks.flatMap((block) => {
    const [name = '', ...about] = block.trimEnd().split('\n');
    if (!name.startsWith('plughw:')) return [];
    return {
      name,
      description: about[0]?.trim() || name,
      isDefault: false,
      isMonitor: false,
      isMuted: null,
      volumePercent: null,
      channels: null,
      isBare: true,
    };
  });
}

type Fields = Readonly<Record<string, unknown>>;

function parseList(text: string): readonly Fields[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.map(fieldsOf) : [];
  } catch {
    return [];
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isInput(kind: unknown): boolean {
  return kind === 'Audio/Source' || kind === 'Audio/Source/Virtual' || kind === 'Audio/Sink';
}

/** The metadata named `default` holds it. */
function defaultNode(objects: readonly Fields[]): unknown {
  for (const { metadata } of objects) {
    if (!Array.isArray(metadata)) continue;
    const entry = metadata.map(fieldsOf).find(({ key }) => key === 'default.audio.source');
    if (entry !== undefined) return fieldsOf(entry.value).name;
  }
  return undefined;
}

function numberIn(text: string | null, pattern: RegExp): number | null {
  const found = pattern.exec(text ?? '')?.[1];
  return found === undefined ? null : Number(found);
}
