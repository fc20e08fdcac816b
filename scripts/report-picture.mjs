// Draws docs/report.png, the picture of the README: a simulated half hour as `swictation simulate --html` shows it.
// Usage: npm run build && node scripts/report-picture.mjs   (needs chromium)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'picture-'));
const page = join(folder, 'report.html');
const client = join(root, 'dist', 'bin', 'swictation.js');
execFileSync(
  process.execPath,
  [client, 'simulate', 'docs/examples/afternoon.jsonl', '--html', page],
  {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const view = await browser.newPage({
  viewport: { width: 1000, height: 800 },
  colorScheme: 'light',
});
await view.goto(`file://${page}`);
await view.waitForFunction("document.documentElement.dataset.ready === 'true'");
await view.screenshot({
  path: join(root, 'docs', 'report.png'),
  clip: { x: 0, y: 0, width: 1000, height: 740 },
});
await browser.close();
rmSync(folder, { recursive: true });
