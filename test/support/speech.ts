import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../fixtures/speech', import.meta.url));
const HEADER_BYTES = 44;

/** What is spoken in each recording of test/fixtures/speech. */
export const SPOKEN: ReadonlyMap<string, string> = new Map(
  readFileSync(`${FOLDER}/transcripts.tsv`, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [file = '', text = ''] = line.split('\t');
      return [file.replace('.wav', ''), text];
    }),
);

export type Part = string | number;

/** The path of a recording. */
export function recording(name: string): string {
  return `${FOLDER}/${name}.wav`;
}

/** PCM (s16le, 16 kHz) of recordings by name and of silences in seconds, one after another. */
export function pcmOf(parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.map((part) =>
      typeof part === 'number'
        ? Buffer.alloc(Math.round(part * 16_000) * 2)
        : readFileSync(recording(part)).subarray(HEADER_BYTES),
    ),
  );
}

/** Writes PCM as a WAV file. */
export function writeWav(path: string, pcm: Buffer, rateHz = 16_000): string {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + pcm.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rateHz, 24);
  header.writeUInt32LE(rateHz * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(pcm.length, 40);
  writeFileSync(path, Buffer.concat([header, pcm]));
  return path;
}

/** The text of several recordings, as it is typed: one trailing space each, spoken "period" applied. */
export function typedText(names: readonly string[]): string {
  return names.map((name) => `${(SPOKEN.get(name) ?? '').replace(/ period$/, '.')} `).join('');
}
