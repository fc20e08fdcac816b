/** `samples` samples that count up from `from`, so that each shows where it belongs. */
export function countingPcm(from: number, samples: number): Buffer {
  const pcm = Buffer.alloc(samples * 2);
  for (let i = 0; i < samples; i += 1) pcm.writeUInt16LE((from + i) % 65_536, i * 2);
  return pcm;
}
