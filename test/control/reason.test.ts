import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listenPrivately } from '../../ts/control/private-socket.js';
import { adviceFor } from '../../ts/control/reason.js';

const coded = (code: string) => Object.assign(new Error(code), { code });

describe('the advice beside a socket that could not be opened', () => {
  it.each([
    ['EMFILE', /ulimit -n/],
    ['ENFILE', /ulimit -n/],
    ['ENOSPC', /free some space/],
    ['EROFS', /writable/],
    ['EACCES', /set another path under \[control\]/],
  ])('fits %s', (code, advice) => {
    expect(adviceFor(coded(code))).toMatch(advice);
  });

  it('is in the one line that is told', async () => {
    const refused = listenPrivately(createServer(), '/proc/nowhere/x.sock');
    await expect(refused).rejects.toThrow(/set another path under \[control\]/);
  });
});
