import { expect, it } from 'vitest';
import { findPending } from '../../../ts/daemon/core/pending.js';
import { countingPcm, openTest, temporaryDir } from '../../journal/harness.js';

it('answers an unknown id with one short line, however many wait', async () => {
  const { journal } = await openTest(temporaryDir());
  expect(() => findPending(journal, 7)).toThrow('No recording 7: nothing is pending');
  const recording = journal.beginRecording();
  journal.append(recording, countingPcm(0, 1_000));
  const ids = Array.from({ length: 100 }, (_, from) => {
    const id = journal.recorded({ recording, fromSample: from, toSample: from + 1 });
    journal.pending(id, 'injector_failed');
    return id;
  });
  expect(() => findPending(journal, 999_999)).toThrow(
    'No recording 999999: 100 are pending, from 1 to 100: `swictation pending` lists them',
  );
  for (const id of ids.slice(3)) await journal.drop(id);
  expect(() => findPending(journal, 999_999)).toThrow('No recording 999999: pending are 1, 2, 3');
});
