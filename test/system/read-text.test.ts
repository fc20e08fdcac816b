import { describe, expect, it } from 'vitest';
import { decodeText } from '../../ts/system/read-text.js';

describe('a text file of any editor', () => {
  it.each([
    ['UTF-8', Buffer.from('caf\u00e9'), null],
    ['UTF-8 with a mark', Buffer.from('\ufeffcaf\u00e9'), null],
    ['UTF-16', Buffer.from('\ufeffcaf\u00e9', 'utf16le'), /UTF-16/],
    ['UTF-16, big end first', Buffer.from('\ufeffcaf\u00e9', 'utf16le').swap16(), /UTF-16/],
    ['Latin-1', Buffer.from('caf\u00e9', 'latin1'), /Latin-1/],
  ])('is read: %s', (_, bytes, note) => {
    const read = decodeText(bytes);
    expect(read.text).toBe('caf\u00e9');
    if (note === null) expect(read.note).toBeNull();
    else expect(read.note).toMatch(note);
  });

  it('has the quotes that Windows writes', () => {
    expect(decodeText(Buffer.from([0x64, 0x6f, 0x6e, 0x92, 0x74])).text).toBe('don\u2019t');
  });
});
