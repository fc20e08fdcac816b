import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UTTERANCE_STATES, type UtteranceState } from '../../ts/domain/state.js';
import { type JournalRecord, RECORD_TYPES } from '../../ts/journal/index/record.js';
import { applyRecord, emptyState } from '../../ts/journal/index/state.js';
import { parsePieceName, parseWavName, pieceName, wavName } from '../../ts/journal/names.js';

const page = readFileSync(new URL('../../docs/journal-format.md', import.meta.url), 'utf8');

/** Cells of the table below a heading, without its head. */
function tableBelow(heading: string): string[][] {
  const section = page.slice(page.indexOf(`## ${heading}`)).split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const codes = (cell = '') => [...cell.matchAll(/`([a-z_]+)`/g)].map((match) => match[1]);
const place = { id: 1, recording: 1, from: 0, to: 512, at: 1 };

/** The records that lead to each state. */
const WAY: Readonly<Record<UtteranceState, readonly JournalRecord[]>> = {
  recorded: [{ t: 'recorded', ...place }],
  transcribed: [{ t: 'transcribed', ...place, text: 'a', device: 'cpu', engine: 'e' }],
  delivering: [{ t: 'delivering', ...place }],
  delivered: [{ t: 'delivered', ...place }],
  pending: [{ t: 'pending', ...place, reason: 'shutdown', typed: false }],
};

function stateAfter(records: readonly JournalRecord[]): UtteranceState | undefined {
  const state = emptyState();
  for (const record of records) applyRecord(state, record);
  return state.utterances.get(1)?.state;
}

describe('docs/journal-format.md', () => {
  it('lists every record type', () => {
    const listed = tableBelow('Index').flatMap(([record]) => codes(record));
    expect(listed).toEqual(RECORD_TYPES);
  });

  it('lists every state and exactly the changes that happen', () => {
    const rows = tableBelow('States of an utterance');
    expect(rows.flatMap(([state]) => codes(state)).sort()).toEqual([...UTTERANCE_STATES].sort());
    for (const [from = '', to] of rows) {
      const start = UTTERANCE_STATES.find((state) => codes(from)[0] === state) ?? 'recorded';
      const reachable = UTTERANCE_STATES.filter((state) => {
        const after = stateAfter([...WAY.recorded, ...WAY[start], ...WAY[state]]);
        return after === state && (state !== start || start === 'pending');
      });
      expect(reachable.sort(), from).toEqual(codes(to).sort());
    }
  });

  it('gives the names of the files', () => {
    const names = tableBelow('Files').map(([name = '']) => name.replaceAll('`', ''));
    const shapes = [pieceName(7, 512), wavName('pending', 3), wavName('delivered', 3)];
    expect(shapes).toEqual(['000007-00000000000512.pcm', 'pending-3.wav', 'delivered-3.wav']);
    expect(names).toEqual(expect.arrayContaining(['RRRRRR-SSSSSSSSSSSSSS.pcm', 'pending-ID.wav']));
    expect(parsePieceName(pieceName(1_234_567, 512))).toEqual({ recording: 1_234_567, first: 512 });
    expect(parseWavName('pending-3.wav.part')).toBeNull();
  });
});
