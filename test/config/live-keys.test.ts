import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeKeys } from '../../ts/config/default-file.js';
import { loadConfig } from '../../ts/config/load-config.js';
import { compareConfigs, isLiveKey, takeLiveKeys } from '../../ts/daemon/live-keys.js';
import { openWorkspace } from '../support/workspace.js';

const page = readFileSync(new URL('../../docs/config.md', import.meta.url), 'utf8');

/** Another allowed value of each key that has an effect. */
const OTHERS: Readonly<Record<string, string>> = {
  '"nvidia/canary-1b-flash"': '"nvidia/another"',
  '"en"': '"de"',
  '"nvidia/canary-180m-flash"': '"nvidia/another"',
  '""': '"https://127.0.0.1:1"',
};

function other(fallback: string, allowed: string): string {
  const choices = [...allowed.matchAll(/"[^"]+"/g)].map(([one]) => one);
  const choice = choices.find((one) => one !== fallback);
  if (choice !== undefined) return choice;
  if (fallback === 'true' || fallback === 'false') return fallback === 'true' ? 'false' : 'true';
  if (/^-?[\d.]+$/.test(fallback)) return changed(fallback);
  return OTHERS[fallback] ?? `"/somewhere/else"`;
}

/** A number that every range of the keys allows beside its default. */
function changed(figure: string): string {
  const value = Number(figure) === 0 ? 1 : Number(figure) * 0.9;
  return figure.includes('.') ? value.toFixed(2) : String(Math.round(value));
}

it('a running daemon takes exactly the keys that are listed', () => {
  const workspace = openWorkspace();
  try {
    const before = loadConfig({ env: workspace.env });
    let tried = 0;
    for (const { section, key, fallback, allowed } of describeKeys()) {
      workspace.configure(`[${section}]\n${key} = ${other(fallback, allowed)}\n`);
      let after: ReturnType<typeof loadConfig>;
      try {
        after = loadConfig({ env: workspace.env });
      } catch {
        continue; // Some keys go together, or have values of their own kind.
      }
      const name = `[${section}] ${key}`;
      const differs = compareConfigs(before, after);
      if (!differs.live.includes(name) && !differs.atNextStart.includes(name)) continue;
      tried += 1;
      const { values: _1, ...taken } = takeLiveKeys(before, after);
      const { values: _2, ...running } = before;
      if (isLiveKey(name)) expect(taken, name).not.toEqual(running);
      else expect(taken, name).toEqual(running);
    }
    expect(tried).toBeGreaterThan(40);
  } finally {
    workspace.remove();
  }
});

it('docs/config.md lists them', () => {
  const [, list = ''] = /\n## While the daemon runs\n([\s\S]*?)\n## /.exec(page) ?? [];
  const named = [...list.matchAll(/`(\[[\w.]+\] \w+)`/g)].map(([, name]) => name);
  const live = describeKeys()
    .map(({ section, key }) => `[${section}] ${key}`)
    .filter(isLiveKey);
  expect(named).toEqual(live);
});
