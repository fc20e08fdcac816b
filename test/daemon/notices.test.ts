import { describe, expect, it } from 'vitest';
import { Notices } from '../../ts/daemon/notices.js';

function listen() {
  const shown: string[] = [];
  const notices = new Notices({ notify: ({ summary }) => shown.push(summary), close: () => {} });
  return { notices, shown };
}

const lost = { kind: 'lost', program: 'parec', reason: 'ended', retryInS: 1 } as const;

describe('what the desktop is told', () => {
  it('a microphone that goes and comes back, once each', () => {
    const { notices, shown } = listen();
    notices.microphone({ kind: 'listening', program: 'parec' });
    notices.microphone(lost);
    notices.microphone({ kind: 'starting', program: 'parec' });
    notices.microphone(lost);
    notices.microphone({ kind: 'starting', program: 'parec' });
    notices.microphone({ kind: 'listening', program: 'parec' });
    expect(shown).toEqual([expect.stringMatching(/gone/), expect.stringMatching(/back/)]);
  });

  it('degraded and recovered, once each, and nothing of other decisions', () => {
    const { notices, shown } = listen();
    for (const action of ['restore', 'warn', 'degrade', 'degrade', 'restore', 'restore']) {
      notices.decided(action);
    }
    expect(shown).toEqual([
      expect.stringMatching(/recording only/),
      expect.stringMatching(/again/),
    ]);
  });
});
