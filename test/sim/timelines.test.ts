import { describe, expect, it } from 'vitest';
import { findBreaches } from './find-breaches.js';
import { play } from './play.js';
import { CALM, FAULTS, OTHERS, type Scenario } from './scenarios.js';

describe.each([
  ['calm worlds', CALM],
  ['other programs', OTHERS],
  ['faults', FAULTS],
])('%s', (_title, scenarios) => {
  it.each(scenarios as Scenario[])('$name', ({ world, events, expected }) => {
    expect(findBreaches(play(world ?? {}, events), expected)).toEqual([]);
  });
});
