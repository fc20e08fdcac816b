import { describe, expect, it } from 'vitest';
import { DaemonEvents } from '../../../ts/daemon/reporting/daemon-events.js';
import { describeIsolation } from '../../../ts/daemon/reporting/isolation.js';

const NEW_TORCH = { version: '2.13.0+cu130', cuda: '13.0' };
const card = (version: string, capability = '8.6') => ({ version, capability });

describe('a card that is given up until something else is installed', () => {
  it.each([
    [card('470.256.02'), NEW_TORCH, /driver 470\.256\.02.*install a newer NVIDIA driver/],
    [card('535.183.01'), NEW_TORCH, /driver 535\.183\.01.*580.*setup.*torch 2\.10\.0/],
    [card('570.211.01'), NEW_TORCH, /driver 570\.211\.01.*setup.*CUDA 12\.8/],
    [card('580.65.06', '6.1'), NEW_TORCH, /compute capability 6\.1/],
    [card('580.65.06'), { version: '2.13.0+cpu', cuda: null }, /without CUDA.*setup/],
    [card('580.65.06'), NEW_TORCH, /swictation doctor/],
    [null, NEW_TORCH, /swictation doctor/],
  ])('%o with %o', (driver, torch, said) => {
    const line = describeIsolation(driver, torch, 'x86_64');
    expect(line).toMatch(said);
    expect(line).toMatch(/^The CPU dictates/);
    expect(line).not.toContain('\n');
  });

  it('is told when the breaker isolates, and for no other decision', () => {
    let told = 0;
    const events = new DaemonEvents({
      events: {
        publish: () => {},
        isFollowed: () => false,
        places: new Map(),
        close: async () => {},
      },
      store: null,
      notices: { decided: () => {}, state: () => {} },
      isolated: () => {
        told += 1;
      },
    });
    events.publish('decision', { action: 'breaker', state: 'open', fault: 'sticky' });
    events.publish('decision', { action: 'warn' });
    expect(told).toBe(0);
    events.publish('decision', { action: 'breaker', state: 'isolated', fault: 'config' });
    expect(told).toBe(1);
  });
});
