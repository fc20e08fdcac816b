import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collect } from '../../ts/report/collect.js';
import { renderReport } from '../../ts/report/page-html.js';
import { findOnPath } from '../../ts/system/find-on-path.js';
import { runProgram } from '../../ts/system/process/process.js';
import { CLIENT, DAEMON } from '../support/daemon.js';
import { openWorkspace } from '../support/workspace.js';
import { madeUpRun } from './made-up.js';

const CHROMIUM = findOnPath('chromium', process.env);
const PICTURES = join('test-output', 'report');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

const SIZES = z.object({ scrollWidth: z.number(), clientWidth: z.number() });
const MEASURE = `({
  scrollWidth: document.documentElement.scrollWidth,
  clientWidth: document.documentElement.clientWidth,
})`;

let browser: Browser | null = null;
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
  mkdirSync(PICTURES, { recursive: true });
  if (CHROMIUM !== null) browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** What the console said, and what the page asked for besides itself. */
  readonly complaints: readonly string[];
}

/** Asked from outside: the page's own policy lets nothing be evaluated in it. */
async function becomesTrue(page: Page, expression: string): Promise<void> {
  await expect.poll(() => page.evaluate(expression)).toBe(true);
}

async function open(file: string, width = 1_100): Promise<Opened> {
  if (browser === null) throw new Error('no browser');
  const page = await browser.newPage({ viewport: { width, height: 1_200 } });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== `file://${file}`) complaints.push(request.url());
  });
  await page.goto(`file://${file}`);
  await becomesTrue(page, `document.documentElement.dataset.ready === 'true'`);
  return { page, complaints };
}

/** Walks to the next event and back, and looks close: what the page says must change with it. */
async function walkAndZoom(page: Page, closer = '1 minute'): Promise<void> {
  const told = () => page.textContent('#told');
  await page.keyboard.press('ArrowRight');
  const first = await told();
  expect(first).toMatch(/ (decision|fault|begin|kept|killed): \S/);
  await page.keyboard.press('ArrowRight');
  expect(await told()).not.toBe(first);
  await page.keyboard.press('ArrowLeft');
  expect(await told()).toBe(first);
  const before = await page.locator('#timeline canvas').screenshot();
  await page.getByRole('button', { name: closer }).click();
  expect((await page.locator('#timeline canvas').screenshot()).equals(before)).toBe(false);
  await page.getByRole('button', { name: 'All' }).click();
}

/** Moves the pointer over the row of events until one is told. */
async function hoverOverAnEvent(page: Page): Promise<string> {
  const over = page.locator('#timeline .u-over');
  const box = await over.boundingBox();
  if (box === null) throw new Error('the timeline is not shown');
  const before = await page.textContent('#told');
  for (let x = 1; x < box.width; x += 5) {
    await page.mouse.move(box.x + x, box.y + box.height * 0.9);
    const told = await page.textContent('#told');
    if (told !== before && told !== null) return told;
  }
  return '';
}

async function simulateHalfAnHour(): Promise<string> {
  const lines: object[] = [
    { world: { total_mb: 4_295 } },
    { t_s: 0, others_mb: 400 },
    { t_s: 300, others_mb: 1_500 },
    { t_s: 600, others_mb: 4_000 },
    { t_s: 1_000, others_mb: 500 },
    { t_s: 1_300, fault: 'sticky' },
    { t_s: 1_800, end: true },
  ];
  for (let t_s = 5; t_s < 1_800; t_s += 12) lines.push({ t_s, speech_s: 3 });
  const timeline = join(folder, 'half-hour.jsonl');
  const at = (line: object) => ('t_s' in line ? Number(line.t_s) : -1);
  const sorted = lines.sort((a, b) => at(a) - at(b)).map((line) => JSON.stringify(line));
  writeFileSync(timeline, `${sorted.join('\n')}\n`);
  const file = join(folder, 'simulation.html');
  const args = [CLIENT, 'simulate', timeline, '--html', file];
  const { code, stderr } = await runProgram(process.execPath, args, { timeoutMs: 60_000 });
  expect(stderr).toContain('simulation.html');
  expect(code).toBe(0);
  return file;
}

async function dictateLive(): Promise<string> {
  const workspace = openWorkspace();
  try {
    const speech = ['fox', 'garden']
      .map((name) => resolve(`test/fixtures/speech/${name}.wav`))
      .join(',');
    const args = ['--device', 'sim:4295', '--source', `wav:${speech}`, '--fast', '--start'];
    const rest = ['--exit-when-done', '--sink', `file:${workspace.file('typed')}`];
    const options = { env: workspace.env, timeoutMs: 100_000 };
    const ran = await runProgram(process.execPath, [DAEMON, ...args, ...rest], options);
    expect(ran.code, ran.stderr).toBe(0);
    const file = join(folder, 'live.html');
    await runProgram(process.execPath, [CLIENT, 'report', '--html', file], options);
    const stats = await runProgram(process.execPath, [CLIENT, 'summary', '--json'], options);
    const { words } = JSON.parse(stats.stdout);
    expect(readFileSync(file, 'utf8')).toContain(`<td>words</td><td>${words}</td>`);
    return file;
  } finally {
    workspace.remove();
  }
}

describe.skipIf(CHROMIUM === null)('the page in a browser (chromium is not on PATH)', () => {
  it('shows half an hour of a simulation, without a complaint or a request', async () => {
    const { page, complaints } = await open(await simulateHalfAnHour());
    expect(await page.textContent('header')).toContain('Simulated');
    await walkAndZoom(page);
    expect(await hoverOverAnEvent(page)).toMatch(/: \S/);
    for (const name of ['memory', 'timeline', 'hours-chart', 'delays-chart']) {
      expect(await page.locator(`#${name} canvas`).isVisible(), name).toBe(true);
    }
    for (const name of ['Speech recognition', 'Voice detection', 'Breaker', 'Texts', 'Events']) {
      expect(await page.textContent('#timeline')).toContain(name);
    }
    expect(await page.textContent('#table-lanes')).toContain('Speech recognition');
    await page.screenshot({ path: join(PICTURES, 'simulation.png'), fullPage: true });
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('shows a live run on a simulated card, with the figures of the database', async () => {
    const { page, complaints } = await open(await dictateLive());
    expect(await page.textContent('header')).toContain('Simulated');
    await walkAndZoom(page, 'Zoom in');
    await page.screenshot({ path: join(PICTURES, 'live.png'), fullPage: true });
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('shows a week, also on a phone and in the dark', async () => {
    const startS = 1_700_000_000;
    const items = madeUpRun(604_800, { startS, samples: 600_000, textEachS: 10 });
    const frame = { source: 'a made-up week', clock: 'epoch', fromS: null, toS: null } as const;
    const asset = (name: string) => readFileSync(join('dist', 'report', name), 'utf8');
    const file = join(folder, 'week.html');
    const assets = { script: asset('page.js'), style: asset('page.css') };
    writeFileSync(file, renderReport(collect(items, frame), assets));
    expect(readFileSync(file).length).toBeLessThan(3_000_000);
    const { page, complaints } = await open(file);
    await walkAndZoom(page);
    await page.screenshot({ path: join(PICTURES, 'week.png') });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 800 });
    await becomesTrue(page, `document.querySelector('#memory canvas').clientWidth < 391`);
    const { scrollWidth, clientWidth } = SIZES.parse(await page.evaluate(MEASURE));
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth + 1);
    await page.screenshot({ path: join(PICTURES, 'phone.png') });
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('keeps its pictures', () => {
    for (const name of ['simulation', 'live', 'week', 'phone']) {
      expect(existsSync(join(PICTURES, `${name}.png`)), name).toBe(true);
    }
  });
});
