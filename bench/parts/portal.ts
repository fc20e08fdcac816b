import { PortalRig, whyNoPortal } from '../../test/desktop/portal/portal-rig.js';
import type { Section, Verdict } from '../report/report.js';
import { quantile } from '../report/statistics.js';

const ROUNDS = 20;
const CHARACTERS = 150;
const LIMIT_MS = 400;
const TEXT = 'Zwölf Boxkämpfer jagen Viktor quer über den Deich, 日本語 too. '
  .repeat(3)
  .slice(0, CHARACTERS - 1);

/** A text of 150 characters by the strict portal of the tests into a real window: what `[inject]` adds to the wait. */
export async function measurePortal(): Promise<{
  readonly sections: readonly Section[];
  readonly verdicts: readonly Verdict[];
}> {
  const title = `Typing ${CHARACTERS} characters through the portal`;
  const missing = whyNoPortal();
  if (missing !== null) {
    const notes = [`Not measured: ${missing}.`];
    return { sections: [{ title, columns: ['way'], rows: [], notes }], verdicts: [] };
  }
  const rig = await PortalRig.open();
  try {
    const texts = Array.from({ length: ROUNDS + 1 }, () => `${TEXT} `);
    const { delivered } = await rig.type(texts.map((text) => [{ kind: 'text', text }]));
    // The first one waits for the desktop's keyboard, which a daemon has from its start.
    const times = delivered.slice(1).map(({ tookMs }) => tookMs);
    const isTyped = delivered.every(({ outcome }) => outcome.kind === 'delivered');
    const medianMs = quantile(times, 0.5);
    const row = [medianMs, quantile(times, 0.95), Math.max(...times)].map((ms) => ms.toFixed(0));
    const notes = [
      'sway without a screen, a terminal, a private bus; the portal presses by wtype.',
    ];
    const what = `${CHARACTERS} characters by the portal, median`;
    const met = isTyped && medianMs < LIMIT_MS;
    return {
      sections: [{ title, columns: ['p50 ms', 'p95 ms', 'longest ms'], rows: [row], notes }],
      verdicts: [{ what, value: `${row[0]} ms`, limit: `below ${LIMIT_MS} ms`, met }],
    };
  } finally {
    await rig.close();
  }
}
