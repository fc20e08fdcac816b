import { describe, expect, it } from 'vitest';
import { openScope } from '../../ts/system/scope.js';

describe('openScope', () => {
  it('closes in reverse order, one after the other', async () => {
    const closed: string[] = [];
    const scope = openScope();
    for (const name of ['first', 'second', 'third']) {
      scope.own(name, async () => {
        await Promise.resolve();
        closed.push(name);
      });
    }
    expect(await scope.close()).toEqual([]);
    expect(closed).toEqual(['third', 'second', 'first']);
  });

  it('goes on past what throws, rejects or hangs, and says so', async () => {
    const closed: string[] = [];
    const scope = openScope();
    scope.own('good', () => void closed.push('good'));
    scope.own('thrower', () => {
      throw new Error('no');
    });
    scope.own('rejecter', () => Promise.reject(new Error('never')));
    scope.own('sleeper', () => new Promise(() => {}), 10);
    expect(await scope.close()).toEqual([
      { name: 'sleeper', kind: 'late', message: 'sleeper did not close within 10 ms' },
      { name: 'rejecter', kind: 'failed', message: 'rejecter failed to close: never' },
      { name: 'thrower', kind: 'failed', message: 'thrower failed to close: no' },
    ]);
    expect(closed).toEqual(['good']);
  });

  it('closes once', async () => {
    let times = 0;
    const scope = openScope();
    scope.own('counter', () => {
      times += 1;
    });
    const both = await Promise.all([scope.close(), scope.close()]);
    expect(both[0]).toBe(both[1]);
    expect(times).toBe(1);
  });

  it('closes at once what comes too late', async () => {
    const scope = openScope();
    await scope.close();
    await new Promise<void>((resolve) => scope.own('late', resolve));
  });
});
